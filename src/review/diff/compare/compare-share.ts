import { CasbinEngine } from '../../../engine/casbin-engine.ts';
import { comparePositions, compareText } from '../../../policy/position.ts';
import { formatSubject } from '../../../policy/subject.ts';
import type { ComparedPolicies } from '../matching/compared-policies.ts';
import { RoleSetComparer } from '../matching/compare-role-sets.ts';
import { causeKey, isOfMembership, SubjectComparer, type SubjectChange } from './compare-subjects.ts';
import { subjectAt } from '../matching/fellow-members.ts';
import { CauseFinder } from '../causes/find-cause.ts';
import type { AccessChange } from '../matching/policy-difference.ts';
import { findInShare, type ShareFindings } from './share-findings.ts';
import { RuleTracer } from '../causes/trace-rule.ts';
import { pairOrganizations, pairWorkspaces, type WorkspacePair } from '../matching/workspace-pairs.ts';

/**
 * What changes for whom in a share of the workspaces, at every time from `sinceMs` on: complete, because roles, members
 * and permissions can be counted. The answers are those of two engines, the very ones that answer requests. The
 * organizations are the same in all shares, so one of them tells what changes at these themselves.
 */
export async function compareShare(
  compared: ComparedPolicies,
  sinceMs: number,
  organizations: 'told' | 'untold',
): Promise<ShareFindings> {
  const { before, after, cells, matches } = compared;
  const engines = { before: await CasbinEngine.create(before.policy), after: await CasbinEngine.create(after.policy) };
  const causes = new CauseFinder(new RuleTracer(before, after, matches), matches);
  const roleSets = new RoleSetComparer(engines.before, engines.after, cells);
  const subjects = new SubjectComparer(engines, roleSets, causes, sinceMs);
  const pairs = pairWorkspaces(before.policy, after.policy);
  const [firstType] = after.policy.catalog.subjectTypes;
  const companies = organizations === 'told' ? pairOrganizations(before.policy, after.policy).values() : [];
  const inOrder = [...pairs.values(), ...companies].sort((left, right) => compareText(left.id, right.id));
  const changes = inOrder.flatMap((pair) => compareWorkspaces(pair, subjects, firstType));
  return findInShare(changes, compared, pairs);
}

interface Group {
  readonly change: SubjectChange;
  readonly through: Set<string>;
  readonly names: string[];
  /** Of the cause, for each name; where a membership is the cause, each has its own. */
  readonly lines: number[];
}

function compareWorkspaces(
  { id, before, after, fellows }: WorkspacePair,
  subjects: SubjectComparer,
  firstType: string,
): AccessChange[] {
  const groups = new Map<string, Group>();
  // Who fares alike comes with the same change, so that its key is made once.
  const groupsOf = new Map<SubjectChange, Group>();
  const changesOf = subjects.compare(before, after);
  for (const some of fellows) {
    let changes = changesOf(some, 0);
    for (let place = 0; place < some.after.length; place += 1) {
      // Where a membership is the cause, each has a line of its own.
      if (place > 0 && changes.some(({ cause }) => isOfMembership(cause))) changes = changesOf(some, place);
      if (changes.length === 0) break;
      const name = formatSubject(subjectAt(some, place), firstType);
      for (const change of changes) {
        let group = groupsOf.get(change);
        if (!group) {
          group = findGroup(groups, change);
          groupsOf.set(change, group);
        }
        group.names.push(name);
        group.lines.push(change.cause.line);
      }
    }
  }
  return [...groups.values()].map((group) => describeGroup(id, group)).sort(compareChanges);
}

function findGroup(groups: Map<string, Group>, change: SubjectChange): Group {
  const key = groupKey(change);
  const group = groups.get(key) ?? { change, through: new Set(), names: [], lines: [] };
  for (const role of change.cause.through) group.through.add(role);
  groups.set(key, group);
  return group;
}

function groupKey({ kind, cells, cause, fromMs, untilMs }: SubjectChange): string {
  const line = isOfMembership(cause) ? '' : `${cause.line}:${cause.column}`;
  const indexes = cells.map(({ index }) => index).join(' ');
  return `${kind} ${fromMs} ${untilMs} ${indexes} ${line} ${causeKey(cause)}`;
}

function describeGroup(workspace: string, { change, through, names, lines }: Group): AccessChange {
  const { kind, cells, cause, fromMs, untilMs } = change;
  const told = { ...cause, through: [...through].sort(compareText) };
  const common = { kind, workspace, permissions: cells.map(({ name }) => name), fromMs, untilMs };
  if (!isOfMembership(cause)) return { ...common, subjects: names.sort(), cause: told };
  const order = [...names.keys()].sort((left, right) => compareText(names[left] ?? '', names[right] ?? ''));
  const sortedLines = order.map((place) => lines[place] ?? cause.line);
  return {
    ...common,
    subjects: order.map((place) => names[place] ?? ''),
    cause: { ...told, line: sortedLines[0] ?? cause.line, lines: sortedLines },
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
