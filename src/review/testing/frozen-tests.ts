import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { PolicyTest, PolicyTestFile, TestSubject } from '../../policy/policy-test.ts';
import type { Role } from '../../policy/role.ts';

/** The roles that a test asks as, at an instant. */
export function rolesOfSubject(
  engine: CasbinEngine,
  test: PolicyTest,
  subject: TestSubject,
  atMs: number,
): readonly Role[] {
  if (subject.kind === 'roles') return [...new Set(subject.roles)];
  return engine.rolesOf(test.workspace, subject.subject, atMs)?.roles ?? [];
}

/** Whether a test speaks of a role that a plan froze: what it says of the role is true again on another plan. */
export function isFrozenFor(engine: CasbinEngine, test: PolicyTest, subject: TestSubject, atMs: number): boolean {
  return rolesOfSubject(engine, test, subject, atMs).some(({ isFrozen }) => isFrozen);
}

/** The tests that speak of no frozen role. `nowMs` is the clock of files that freeze none. */
export function withoutFrozen(
  engine: CasbinEngine,
  files: readonly PolicyTestFile[],
  nowMs: number,
): readonly PolicyTestFile[] {
  return files.map((file) => {
    const isKept = (test: PolicyTest): boolean =>
      !test.subjects.some((subject) => isFrozenFor(engine, test, subject, file.nowMs ?? nowMs));
    return { ...file, tests: file.tests.filter(isKept) };
  });
}
