import { organizationOfDomain } from '../../../policy/policy-set.ts';
import { compareText } from '../../../policy/position.ts';
import { isOfMembership, mergeThrough } from '../compare/compare-subjects.ts';
import { groupBy } from '../matching/group-by.ts';
import type { AccessChange, Cause } from '../matching/policy-difference.ts';

/** One line for people: everybody who gains or loses the same for one cause, wherever they are. */
export interface ChangeLine {
  readonly kind: AccessChange['kind'];
  /** Who, by workspace; sorted. */
  readonly places: readonly ChangePlace[];
  /** How many there are in all, each counted once. */
  readonly count: number;
  readonly permissions: readonly string[];
  readonly fromMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly cause: Cause;
}

export interface ChangePlace {
  readonly workspace: string;
  readonly subjects: readonly string[];
}

// With more, one line says it better: 300 people in 12 workspaces.
const mostLinesOfOneCause = 3;

/** Puts changes together into lines; what reaches several workspaces comes first, the rest by workspace. */
export function groupChanges(changes: readonly AccessChange[]): readonly ChangeLine[] {
  const groups = groupBy(changes, lineKey);
  const lines = [...groups.values()].flatMap((group) => {
    const sameWho = new Map<string, AccessChange[]>();
    for (const change of group) {
      const who = change.subjects.join('\n');
      sameWho.set(who, [...(sameWho.get(who) ?? []), change]);
      if (sameWho.size > mostLinesOfOneCause) return [createLine(group)];
    }
    return [...sameWho.values()].map(createLine);
  });
  return lines.sort(
    (left, right) =>
      Number(right.places.length > 1) - Number(left.places.length > 1) ||
      (left.places.length > 1 ? 0 : compareText(nameOf(left), nameOf(right))) ||
      compareText(left.kind, right.kind) ||
      right.count - left.count ||
      compareText(left.places[0]?.subjects[0] ?? '', right.places[0]?.subjects[0] ?? ''),
  );
}

function nameOf({ places }: ChangeLine): string {
  return places[0]?.workspace ?? '';
}

function lineKey({ kind, permissions, fromMs, untilMs, cause, subjects }: AccessChange): string {
  const { text, file, side, line, column } = cause;
  // Each member has a line of their own, so what they have in common is the file.
  const place = isOfMembership(cause) ? subjects : [line, column];
  return JSON.stringify([kind, permissions, fromMs, untilMs, text, file, side, place]);
}

function createLine(group: readonly AccessChange[]): ChangeLine {
  const [first] = group;
  if (!first) throw new Error('a line without a change');
  const { kind, permissions, fromMs, untilMs, cause } = first;
  const places = group.map(({ workspace, subjects }) => ({ workspace, subjects }));
  const merged = group.reduce((sum, change) => mergeThrough(sum, change.cause), cause);
  const count = new Set(group.flatMap(({ subjects }) => subjects)).size;
  return { kind, places, count, permissions, fromMs, untilMs, cause: merged };
}

/** The counts of those who gain and who lose something, each counted once, and in how many places. */
export interface ChangeCounts {
  readonly gaining: number;
  readonly losing: number;
  readonly workspaces: number;
  /** Absent: none. */
  readonly organizations?: number;
}

export function countChanges(changes: readonly AccessChange[]): ChangeCounts {
  const who = { gained: new Set<string>(), lost: new Set<string>() };
  const places = new Set<string>();
  for (const { kind, workspace, subjects } of changes) {
    places.add(workspace);
    for (const subject of subjects) who[kind].add(subject);
  }
  const organizations = [...places].filter((place) => organizationOfDomain(place) !== undefined).length;
  const workspaces = places.size - organizations;
  const counts = { gaining: who.gained.size, losing: who.lost.size, workspaces };
  return organizations === 0 ? counts : { ...counts, organizations };
}
