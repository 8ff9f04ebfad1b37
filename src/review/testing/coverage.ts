import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { cellOfScopes, PossibleCells } from '../../engine/possible-cells.ts';
import { settingsFor } from '../../engine/organization-places.ts';
import { findRequestCell, type RequestCell } from '../../engine/request-cell.ts';
import { isOnPlan, type Cell, type Scope } from '../../policy/permission.ts';
import { allRoles, findMember, mergeProperties, type PolicySet } from '../../policy/policy-set.ts';
import { findSpanning } from '../../policy/membership/spanning-members.ts';
import type { PolicyTest, PolicyTestFile, TestQuestion, TestSubject } from '../../policy/policy-test.ts';
import type { Position } from '../../policy/position.ts';
import type { Role } from '../../policy/role.ts';
import { askPolicyTest, requestOf } from './ask-policy-test.ts';
import { AssertionRecord, type ScopeSide } from './assertion-record.ts';
import { rolesOfSubject } from './frozen-tests.ts';
import { allowedByAll, roleAnswers } from './role-answers.ts';
import { permissionsDecidedBy } from './scope-effect.ts';

/**
 * The pairs of role and grantable that the policy tests assert, and the sides of each `when`. What the baseline has is
 * every member's, and is not counted.
 */
export interface CoverageReport {
  readonly roles: readonly RoleCoverage[];
  readonly scopes: readonly ScopeCoverage[];
  /** The grantables of the baseline. */
  readonly baseline: readonly Cell[];
  readonly asserted: number;
  readonly total: number;
}

export interface RoleCoverage {
  readonly role: Role;
  readonly pairs: readonly CoveragePair[];
  readonly allowed: Share;
  readonly denied: Share;
}

/** One scope with a `when`: the lines whose answer hangs on its holding, and those whose answer hangs on its failing. */
export interface ScopeCoverage {
  readonly scope: Scope;
  readonly assertedAt: Readonly<Record<ScopeSide, readonly Position[]>>;
}

export interface Share {
  readonly asserted: number;
  readonly total: number;
}

/** One role × grantable: a permission in one scope, or a permission without scopes. */
export interface CoveragePair {
  readonly cell: Cell;
  readonly decision: 'allow' | 'deny';
  /** The lines under `can` or `cannot` whose answer hangs on it; none: nobody would notice if it changed. */
  readonly assertedAt: readonly Position[];
}

export interface CoverageOptions {
  /** The clock of files that freeze none, milliseconds since 1970 UTC. */
  readonly nowMs: number;
  /** `asked`: only roles that some test asks as. */
  readonly roles: 'all' | 'asked';
}

/** Asks what the tests ask, and notes for which roles the answers speak. A wrong answer speaks for none. */
export function measureCoverage(
  engine: CasbinEngine,
  files: readonly PolicyTestFile[],
  options: CoverageOptions,
): CoverageReport {
  const { policy } = engine;
  const record = new AssertionRecord(policy.catalog);
  for (const { nowMs, tests } of files) {
    for (const test of tests) recordTest(engine, test, nowMs ?? options.nowMs, record);
  }
  const cells = policy.catalog.cells.filter(isGrantable);
  const counted = cells.filter((cell) => !policy.catalog.baseline.has(cell));
  const roles = allRoles(policy)
    .filter((role) => !role.isFrozen && (options.roles === 'all' || record.isAsked(role)))
    .map((role) => coverRole(role, counted, record));
  const scopes = options.roles === 'all' ? coverScopes(policy, record) : [];
  const sides = scopes.flatMap(({ assertedAt: { holds, fails } }) => [holds, fails]);
  const shares = [
    ...roles.flatMap(({ allowed, denied }) => [allowed, denied]),
    { asserted: sides.filter((lines) => lines.length > 0).length, total: sides.length },
  ];
  return {
    roles,
    scopes,
    baseline: cells.filter((cell) => policy.catalog.baseline.has(cell)),
    asserted: shares.reduce((sum, share) => sum + share.asserted, 0),
    total: shares.reduce((sum, share) => sum + share.total, 0),
  };
}

/**
 * What a grant names is a permission in one scope, which has a cell of its own. A request in two scopes at once is
 * decided by the grants of either, so its answer speaks for neither.
 */
function isGrantable(cell: Cell): boolean {
  return cell.scopes.length <= 1;
}

function recordTest(engine: CasbinEngine, test: PolicyTest, atMs: number, record: AssertionRecord): void {
  for (const subject of test.subjects) {
    const roles = rolesOfSubject(engine, test, subject, atMs);
    for (const role of roles) record.ask(role);
  }
  for (const { expect, questions, position } of test.assertions) {
    for (const subject of test.subjects) {
      const roles = rolesOfSubject(engine, test, subject, atMs);
      // Where the plan does not have it, the answer speaks for no role.
      for (const question of questions.filter(({ permission }) =>
        isOnPlan(permission, test.workspace.organization.plan),
      )) {
        if (askPolicyTest(engine, test, subject, question, atMs).decision !== (expect === 'allow')) continue;
        const found = requestCellOf(engine, test, subject, question);
        recordSides(question, found, roles, position, record);
        if (typeof found === 'string' || found instanceof PossibleCells || !isGrantable(found)) continue;
        for (const role of roles) if (hangsOn(role, roles, found, record)) record.add(role, found, position);
      }
    }
  }
}

function requestCellOf(
  engine: CasbinEngine,
  test: PolicyTest,
  subject: TestSubject,
  question: TestQuestion,
): RequestCell {
  const request = requestOf(test, subject, question, engine.policy.catalog.subjectTypes[0]);
  const { members, organization } = test.workspace;
  const properties =
    subject.kind === 'member'
      ? mergeProperties(
          findMember(members, subject.subject)?.properties,
          findSpanning(organization, engine.policy.staff, subject.subject)?.properties,
        )
      : undefined;
  const { permission } = question;
  const settings = settingsFor(engine.policy, test.workspace, permission, request);
  return findRequestCell(permission, request, properties, settings);
}

/** Notes each scope whose `when`, had it turned out the other way, would have changed the answer. */
function recordSides(
  { permission, scopes: named }: TestQuestion,
  found: RequestCell,
  roles: readonly Role[],
  position: Position,
  record: AssertionRecord,
): void {
  if (named !== undefined || found instanceof PossibleCells || found === 'unknown-scope') return;
  const answers = roles.map((role) => record.answersOf(role));
  const isAllowed = (cell: Cell | undefined): boolean =>
    cell !== undefined && allowedByAll(answers, record.cellCount)[cell.index] === 1;
  const cell = found === 'not-in-scope' ? undefined : found;
  const holding = permission.scopes.filter(({ id, when }) => when && cell?.scopes.includes(id));
  for (const scope of permission.scopes) {
    if (!scope.when) continue;
    const holds = holding.includes(scope);
    const flipped = holds ? holding.filter((other) => other !== scope) : [...holding, scope];
    const other = cellOfScopes(
      permission,
      flipped.map(({ id }) => id),
    );
    if (isAllowed(cell) !== isAllowed(other)) record.addSide(scope, holds ? 'holds' : 'fails', position);
  }
}

/** The scopes with a `when` that decide something for some role. */
function coverScopes(policy: PolicySet, record: AssertionRecord): ScopeCoverage[] {
  return [...policy.catalog.scopes.values()]
    .filter(({ id, when }) => when && permissionsDecidedBy(id, policy).length > 0)
    .map((scope) => ({ scope, assertedAt: record.sidesOf(scope) }));
}

/** Whether the answer for all the roles would change if that of this one did. */
function hangsOn(role: Role, roles: readonly Role[], cell: Cell, record: AssertionRecord): boolean {
  const answer = record.answersOf(role)[cell.index];
  return roles.every((other) => {
    if (other === role) return true;
    const said = record.answersOf(other)[cell.index];
    if (said === roleAnswers.denies) return false;
    return said === roleAnswers.silent || answer === roleAnswers.denies;
  });
}

function coverRole(role: Role, cells: readonly Cell[], record: AssertionRecord): RoleCoverage {
  const answers = record.answersOf(role);
  const pairs = cells.map((cell): CoveragePair => {
    const decision = answers[cell.index] === roleAnswers.grants ? 'allow' : 'deny';
    return { cell, decision, assertedAt: record.linesOf(role, cell) };
  });
  return { role, pairs, allowed: shareOf(pairs, 'allow'), denied: shareOf(pairs, 'deny') };
}

function shareOf(pairs: readonly CoveragePair[], decision: 'allow' | 'deny'): Share {
  const those = pairs.filter((pair) => pair.decision === decision);
  return { asserted: those.filter((pair) => pair.assertedAt.length > 0).length, total: those.length };
}
