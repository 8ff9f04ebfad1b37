import { compareText } from '../../../policy/position.ts';
import type { EscalationPath } from '../../escalation/escalation-path.ts';
import { formatCell } from '../../../policy/permission.ts';
import type { CellPair } from '../matching/cell-pairs.ts';
import type { ComparedPolicies } from '../matching/compared-policies.ts';
import { groupBy } from '../matching/group-by.ts';
import { workspaceIn } from '../matching/renamed.ts';

/** A way to more than somebody has, which was not there, was shorter in reach, or is open to somebody new. */
export interface OpenedEscalation {
  readonly path: EscalationPath;
  /** Members for whom the way is new, or leads further. */
  readonly members: readonly string[];
}

export interface EscalationChanges {
  readonly opened: readonly OpenedEscalation[];
  readonly closed: readonly EscalationPath[];
}

/** Ways to more than somebody has, before a change and after it. */
export interface EscalationSides {
  readonly before: readonly EscalationPath[];
  readonly after: readonly EscalationPath[];
}

/** Which ways to more than somebody has a change opens, and which it closes. */
export function compareEscalations({ before, after }: EscalationSides): EscalationChanges {
  const pathsBefore = new Map(before.map((path) => [path.key, path]));
  const pathsAfter = new Map(after.map((path) => [path.key, path]));
  const opened: OpenedEscalation[] = [];
  for (const path of pathsAfter.values()) {
    const pathBefore = pathsBefore.get(path.key);
    const reached = new Set(pathBefore?.gained);
    const leadsFurther = path.gained.some((name) => !reached.has(name));
    const known = new Set(leadsFurther ? [] : pathBefore?.members);
    const members = path.members.filter((member) => !known.has(member));
    if (!pathBefore || leadsFurther || members.length > 0) opened.push({ path, members });
  }
  return { opened, closed: [...pathsBefore.values()].filter(({ key }) => !pathsAfter.has(key)) };
}

/** The ways of all workspaces, from those of their shares: one that is open in several shares is one way. */
export function mergeEscalations(shares: readonly (readonly EscalationPath[])[]): readonly EscalationPath[] {
  const [first = []] = shares;
  if (shares.length === 1) return first;
  const byKey = groupBy(shares.flat(), ({ key }) => key);
  const paths = [...byKey.values()].flatMap((same) => {
    const [path] = same;
    if (!path) return [];
    const members = [...new Set(same.flatMap((other) => other.members))];
    return [{ ...path, members, workspaces: same.flatMap(({ workspaces }) => workspaces) }];
  });
  return paths.sort((left, right) => compareText(left.key, right.key));
}

/** Ways of before with the names that their workspaces and cells have after, so that nothing opens by a rename. */
export function renameEscalations(
  paths: readonly EscalationPath[],
  { before, after, cells }: ComparedPolicies,
): readonly EscalationPath[] {
  if (paths.length === 0) return paths;
  const namesNow = new Map(
    cells.ofBefore.flatMap((pairs) =>
      pairs.flatMap((pair) => (pair.before ? [[formatCell(pair.before), pairs.flatMap(nameAfter)] as const] : [])),
    ),
  );
  const nowOf = (id: string): string => {
    const workspace = before.policy.workspaces.get(id);
    return (workspace && workspaceIn(after.policy, before.policy, workspace)?.id) ?? id;
  };
  const renamed = paths.map((path) => {
    const { workspace, key } = path;
    const gained = [...new Set(path.gained.flatMap((name) => namesNow.get(name) ?? [name]))];
    if (workspace === undefined) return { ...path, gained };
    const now = nowOf(workspace);
    return { ...path, gained, workspace: now, key: `${now}${key.slice(workspace.length)}` };
  });
  return renamed.sort((left, right) => compareText(left.key, right.key));
}

function nameAfter({ after, name }: CellPair): string {
  return after ? formatCell(after) : name;
}
