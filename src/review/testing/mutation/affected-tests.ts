import { CasbinEngine } from '../../../engine/casbin-engine.ts';
import { effectiveMember } from '../../../policy/membership/effective-members.ts';
import { findSpanning } from '../../../policy/membership/spanning-members.ts';
import { findRole, type PolicySet, type Workspace } from '../../../policy/policy-set.ts';
import type { PolicyTest, PolicyTestFile, TestQuestion, TestSubject } from '../../../policy/policy-test.ts';
import type { SubjectId } from '../../../policy/subject.ts';
import { askPolicyTest } from '../ask-policy-test.ts';
import { roleKey } from '../../../policy/role.ts';
import { placesById, type MemberEffect, type MutantEffect } from './mutant-effect.ts';

interface PlannedTest {
  readonly test: PolicyTest;
  readonly atMs: number;
}

/** The policy tests by workspace, and which of their questions a mutant can answer differently. */
export class AffectedTests {
  readonly #byWorkspace = new Map<string, PlannedTest[]>();
  /** The earliest clock of any test. */
  readonly firstMs: number;

  constructor(files: readonly PolicyTestFile[], nowMs: number) {
    let firstMs = nowMs;
    for (const file of files) {
      const atMs = file.nowMs ?? nowMs;
      for (const test of file.tests) {
        firstMs = Math.min(firstMs, atMs);
        const planned = this.#byWorkspace.get(test.workspace.id);
        if (planned) planned.push({ test, atMs });
        else this.#byWorkspace.set(test.workspace.id, [{ test, atMs }]);
      }
    }
    this.firstMs = firstMs;
  }

  get workspaces(): ReadonlySet<string> {
    return new Set(this.#byWorkspace.keys());
  }

  /**
   * The first test that fails on a mutant. Casbin is asked what the tests ask, but only where the answer can differ:
   * as a role that changed, for a permission that changed, as the member who did, or in a scope that is found from `when`.
   */
  async findFailing(policy: PolicySet, effect: MutantEffect): Promise<PolicyTest | undefined> {
    const unreadable = effect.unaskable === undefined ? undefined : this.#findAskingCompany(effect.unaskable);
    if (unreadable) return unreadable;
    const permissions = changedPermissions(effect);
    let engine: CasbinEngine | undefined;
    for (const workspace of placesById(policy).values()) {
      for (const { test, atMs } of this.#byWorkspace.get(workspace.id) ?? []) {
        for (const { subject, isAsked } of affectedSubjects(test, policy, workspace, effect, permissions)) {
          const asked = onlyQuestions(test, isAsked);
          if (asked.length === 0) continue;
          engine ??= await CasbinEngine.create(policy);
          const there = { ...test, workspace };
          const as = subjectIn(policy, workspace, subject);
          for (const { expect, question } of asked) {
            const { decision } = askPolicyTest(engine, there, as, question, atMs);
            if (decision !== (expect === 'allow')) return test;
          }
        }
      }
    }
    return undefined;
  }

  // A test that asks a company about what belongs to workspaces is none any more.
  #findAskingCompany(permission: string): PolicyTest | undefined {
    const asks = ({ test }: PlannedTest): boolean =>
      test.organization !== undefined &&
      test.assertions.some(({ questions }) => questions.some((question) => question.permission.id === permission));
    return [...this.#byWorkspace.values()].flat().find(asks)?.test;
  }
}

/** The permissions that changed, by role. */
function changedPermissions(effect: MutantEffect): Map<string, ReadonlySet<string>> {
  return new Map(
    effect.roles.map(({ role, gains, loses, denies, noLongerDenies }) => [
      roleKey(role),
      new Set([...gains, ...loses, ...denies, ...noLongerDenies].map(({ permission }) => permission.id)),
    ]),
  );
}

interface AffectedSubject {
  readonly subject: TestSubject;
  readonly isAsked: (question: TestQuestion) => boolean;
}

function affectedSubjects(
  test: PolicyTest,
  policy: PolicySet,
  workspace: Workspace,
  { member, scope }: MutantEffect,
  permissions: ReadonlyMap<string, ReadonlySet<string>>,
): AffectedSubject[] {
  return test.subjects.flatMap((subject): AffectedSubject[] => {
    if (member) {
      const isTheMember = subject.kind === 'member' && isMeant(subject.subject, member, workspace);
      return isTheMember ? [{ subject, isAsked: () => true }] : [];
    }
    if (scope) {
      const ids = new Set(scope.permissions.map(({ id }) => id));
      return [{ subject, isAsked: ({ permission, scopes }) => scopes === undefined && ids.has(permission.id) }];
    }
    const keys = subject.kind === 'roles' ? subject.roles.map(roleKey) : heldKeys(policy, workspace, subject);
    const changed = keys.flatMap((key) => permissions.get(key) ?? []);
    if (changed.length === 0) return [];
    return [{ subject, isAsked: ({ permission }) => changed.some((ids) => ids.has(permission.id)) }];
  });
}

// Everybody in a group may do something else where the group does.
function isMeant({ type, id }: SubjectId, { subject, group }: MemberEffect, { organization }: Workspace): boolean {
  if (group === undefined) return type === subject.type && id === subject.id;
  return organization.groups.byId.get(group)?.subjects.get(type)?.has(id) === true;
}

function heldKeys(
  { staff }: PolicySet,
  workspace: Workspace,
  { subject }: Extract<TestSubject, { kind: 'member' }>,
): string[] {
  const held = [effectiveMember(workspace, subject), findSpanning(workspace.organization, staff, subject)];
  return held.flatMap((member) => member?.assignments.map(({ role }) => roleKey(role)) ?? []);
}

function onlyQuestions(
  test: PolicyTest,
  isAsked: (question: TestQuestion) => boolean,
): { expect: 'allow' | 'deny'; question: TestQuestion }[] {
  return test.assertions.flatMap(({ expect, questions }) =>
    questions.filter(isAsked).map((question) => ({ expect, question })),
  );
}

// The test was compiled with the roles of the files as they are.
function subjectIn(policy: PolicySet, workspace: Workspace, subject: TestSubject): TestSubject {
  if (subject.kind === 'member') return subject;
  return { ...subject, roles: subject.roles.flatMap((role) => findRole(policy, workspace, role.id) ?? []) };
}
