import { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { PolicySet, Workspace } from '../../policy/policy-set.ts';
import { comparePositions, compareText } from '../../policy/position.ts';
import { formatSubject } from '../../policy/subject.ts';
import { matchPolicies, type ComparedPolicies } from './compared-policies.ts';
import { RoleSetComparer } from './compare-role-sets.ts';
import {
  causeKey,
  isOfMembership,
  mergeThrough,
  SubjectComparer,
  subjectsOfEither,
  type SubjectChange,
} from './compare-subjects.ts';
import { CauseFinder } from './find-cause.ts';
import { mergeFindings } from './merge-findings.ts';
import type { AccessChange, Cause, PolicyDifference, PolicySide } from './policy-difference.ts';
import { findInShare, type ShareFindings } from './share-findings.ts';
import { RuleTracer } from './trace-rule.ts';

/**
 * What changes for whom between two policies, at every time from `sinceMs` on: complete, because roles, members and
 * permissions can be counted.
 */
export async function comparePolicies(
  before: PolicySide,
  after: PolicySide,
  sinceMs: number,
): Promise<PolicyDifference> {
  const compared = matchPolicies(before, after);
  const difference = mergeFindings([await compareShare(compared, sinceMs)], compared);
  if (!difference) throw new Error('one share of the workspaces is all of them');
  return difference;
}

/** The same of a share of the workspaces. The answers are those of two engines, the very ones that answer requests. */
export async function compareShare(compared: ComparedPolicies, sinceMs: number): Promise<ShareFindings> {
  const { before, after, cells, matches } = compared;
  const engines = { before: await CasbinEngine.create(before.policy), after: await CasbinEngine.create(after.policy) };
  const causes = new CauseFinder(new RuleTracer(before, after, matches), matches);
  const roleSets = new RoleSetComparer(engines.before, engines.after, cells);
  const subjects = new SubjectComparer(engines, roleSets, causes, sinceMs);
  const changes: AccessChange[] = [];
  for (const id of workspaceIds(before.policy, after.policy)) {
    const [then, now] = [before.policy.workspaces.get(id), after.policy.workspaces.get(id)];
    // The very same object on both sides was compiled from the same files against the same catalog.
    if (then === now) continue;
    for (const change of compareWorkspaces(id, then, now, subjects, after.policy)) changes.push(change);
  }
  return findInShare(changes, compared);
}

function workspaceIds(before: PolicySet, after: PolicySet): string[] {
  return [...new Set([...before.workspaces.keys(), ...after.workspaces.keys()])].sort(compareText);
}

interface Group {
  readonly change: SubjectChange;
  cause: Cause;
  readonly members: { readonly name: string; readonly line: number }[];
}

function compareWorkspaces(
  id: string,
  before: Workspace | undefined,
  after: Workspace | undefined,
  subjects: SubjectComparer,
  policy: PolicySet,
): AccessChange[] {
  const [firstType] = policy.catalog.subjectTypes;
  const groups = new Map<string, Group>();
  // Who fares alike comes with the same change, so that its key is made once.
  const groupsOf = new Map<SubjectChange, Group>();
  const changesOf = subjects.compare(before, after);
  for (const subject of subjectsOfEither(before, after)) {
    for (const change of changesOf(subject)) {
      let group = groupsOf.get(change);
      if (!group) {
        group = findGroup(groups, change);
        groupsOf.set(change, group);
      }
      group.members.push({ name: formatSubject(subject, firstType), line: change.cause.line });
    }
  }
  return [...groups.values()].map((group) => describeGroup(id, group)).sort(compareChanges);
}

function findGroup(groups: Map<string, Group>, change: SubjectChange): Group {
  const key = groupKey(change);
  const group = groups.get(key) ?? { change, cause: change.cause, members: [] };
  group.cause = mergeThrough(group.cause, change.cause);
  groups.set(key, group);
  return group;
}

function groupKey({ kind, cells, cause, fromMs, untilMs }: SubjectChange): string {
  const line = isOfMembership(cause) ? '' : `${cause.line}:${cause.column}`;
  const indexes = cells.map(({ index }) => index).join(' ');
  return `${kind} ${fromMs} ${untilMs} ${indexes} ${line} ${causeKey(cause)}`;
}

function describeGroup(workspace: string, { change, cause, members }: Group): AccessChange {
  const { kind, cells, fromMs, untilMs } = change;
  const sorted = [...members].sort((left, right) => compareText(left.name, right.name));
  const lines = isOfMembership(cause) ? sorted.map(({ line }) => line) : undefined;
  return {
    kind,
    workspace,
    subjects: sorted.map(({ name }) => name),
    permissions: cells.map(({ name }) => name),
    fromMs,
    untilMs,
    cause: { ...cause, line: lines?.[0] ?? cause.line, lines },
  };
}

// INVARIANT: the order depends on nothing but the two policies.
function compareChanges(left: AccessChange, right: AccessChange): number {
  return (
    compareText(left.kind, right.kind) ||
    (left.fromMs ?? 0) - (right.fromMs ?? 0) ||
    compareText(left.permissions.join(), right.permissions.join()) ||
    compareText(left.subjects[0] ?? '', right.subjects[0] ?? '') ||
    (left.untilMs ?? 0) - (right.untilMs ?? 0) ||
    compareText(left.cause.text, right.cause.text) ||
    comparePositions(left.cause, right.cause)
  );
}
