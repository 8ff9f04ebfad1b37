import { changedLines, linesWithEnds } from './changed-lines.ts';

/** A text in which what two sides did to one is joined, or where they did different things to the same lines. */
export type JoinedText =
  | { readonly text: string; readonly conflict?: undefined }
  | {
      /** The line of one's own text, from 1. */
      readonly conflict: number;
    };

/** The side whose lines are taken where both have changed them. */
export type PreferredSide = 'mine' | 'theirs';

/**
 * Joins by lines what others did to a text with what was done to it here. `theirs` and `mine` come both from `base`.
 */
export function joinTexts(base: string, theirs: string, mine: string, prefer?: PreferredSide): JoinedText {
  const lines = linesWithEnds(base);
  const [left, right] = [hunksOf(lines, linesWithEnds(mine)), hunksOf(lines, linesWithEnds(theirs))];
  // Parts, and not lines one by one: a call takes no hundred thousand arguments.
  const joined: (readonly string[])[] = [];
  let at = 0;
  while (left.length + right.length > 0) {
    const region = nextRegion(left, right);
    joined.push(lines.slice(at, region.start));
    const [own, other] = [region.own, region.others].map((hunks) => sideOf(lines, region, hunks));
    const taken = region.others.length === 0 || isSame(own, other) ? own : region.own.length === 0 ? other : undefined;
    const chosen = taken ?? (prefer === 'mine' ? own : prefer === 'theirs' ? other : undefined);
    if (!chosen) return { conflict: lineOf(region) };
    joined.push(chosen);
    at = region.end;
  }
  joined.push(lines.slice(at));
  return { text: joined.flat().join('') };
}

/** Lines of the base from `start` to before `end`, and what stands there instead. */
interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
  /** Where it stands in the other text. */
  readonly at: number;
}

interface Region {
  readonly start: number;
  readonly end: number;
  readonly own: readonly Hunk[];
  readonly others: readonly Hunk[];
}

function hunksOf(base: readonly string[], changed: readonly string[]): Hunk[] {
  return changedLines(base, changed).map(({ before, after }) => ({
    ...before,
    lines: changed.slice(after.start, after.end),
    at: after.start,
  }));
}

/** Takes the first of both, with all that is about the same lines. */
function nextRegion(left: Hunk[], right: Hunk[]): Region {
  const [own, others]: [Hunk[], Hunk[]] = [[], []];
  const isOwnFirst = (left[0]?.start ?? Infinity) <= (right[0]?.start ?? Infinity);
  const first = isOwnFirst ? left.shift() : right.shift();
  if (!first) throw new Error('there is nothing left');
  (isOwnFirst ? own : others).push(first);
  let region = { start: first.start, end: first.end };
  for (;;) {
    const next = [left, right].find(([hunk]) => hunk && touches(region, hunk));
    const hunk = next?.shift();
    if (!hunk) return { ...region, own, others };
    (next === left ? own : others).push(hunk);
    region = { start: region.start, end: Math.max(region.end, hunk.end) };
  }
}

// Of two things that are put in between the same two lines nobody knows which comes first.
function touches(region: Pick<Hunk, 'start' | 'end'>, hunk: Hunk): boolean {
  const isSamePoint = region.start === region.end && hunk.start === hunk.end && hunk.start === region.start;
  return isSamePoint || hunk.start < region.end;
}

function sideOf(base: readonly string[], { start, end }: Region, hunks: readonly Hunk[]): string[] {
  const parts: (readonly string[])[] = [];
  let at = start;
  for (const hunk of hunks) {
    parts.push(base.slice(at, hunk.start), hunk.lines);
    at = hunk.end;
  }
  return [...parts, base.slice(at, end)].flat();
}

function isSame(left: readonly string[] | undefined, right: readonly string[] | undefined): boolean {
  return left?.join('') === right?.join('');
}

function lineOf({ own }: Region): number {
  return (own[0]?.at ?? 0) + 1;
}
