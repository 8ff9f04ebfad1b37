import { diffArrays } from 'diff';

/** Lines of one text, and what stands in their place in another; counted from 0, `end` is the first one after. */
export interface ChangedLines {
  readonly before: LineSpan;
  readonly after: LineSpan;
}

export interface LineSpan {
  readonly start: number;
  readonly end: number;
}

/** The lines of a text, each with its line end, so that a last line without one is another line. */
export function linesWithEnds(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/**
 * What is different in two texts, by lines, from the top. Up to `fewEdits` lines it is the least there can be, by Myers, "An
 * O(ND) Difference Algorithm and Its Variations", 1986, whose time grows with the square of what changed: minutes, where a role
 * has as many holders as a large company. Beyond, the lines that stand once in either text hold the two together, in the order in
 * which most of them agree (Bram Cohen's "patience diff"), and what lies between them is looked at by itself.
 */
export function changedLines(before: readonly string[], after: readonly string[]): readonly ChangedLines[] {
  const found: ChangedLines[] = [];
  findChanges({ before, after, found }, { start: 0, end: before.length }, { start: 0, end: after.length }, 0);
  return found;
}

const fewEdits = 500;

// Whoever writes texts so that each round finds a few lines more waits for no more rounds than this.
const mostRounds = 10;

interface Search {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly found: ChangedLines[];
}

function findChanges(search: Search, before: LineSpan, after: LineSpan, round: number): void {
  if (isEmpty(before) && isEmpty(after)) return;
  if (isEmpty(before) || isEmpty(after)) return add(search, before, after);
  const [old, now] = [search.before.slice(before.start, before.end), search.after.slice(after.start, after.end)];
  const edits = diffArrays(old, now, { maxEditLength: fewEdits });
  if (edits) return addEdits(search, edits, before.start, after.start);
  const anchors = round < mostRounds ? findAnchors(old, now) : [];
  if (anchors.length === 0) return add(search, before, after);
  let [left, right] = [before.start, after.start];
  for (const [atOld, atNow] of anchors) {
    const [nextLeft, nextRight] = [before.start + atOld, after.start + atNow];
    findChanges(search, { start: left, end: nextLeft }, { start: right, end: nextRight }, round + 1);
    [left, right] = [nextLeft + 1, nextRight + 1];
  }
  findChanges(search, { start: left, end: before.end }, { start: right, end: after.end }, round + 1);
}

function addEdits(search: Search, edits: ReturnType<typeof diffArrays<string>>, from: number, to: number): void {
  let [left, right] = [from, to];
  for (const { added, removed, value } of edits) {
    const before = { start: left, end: added ? left : left + value.length };
    const after = { start: right, end: removed ? right : right + value.length };
    if (added || removed) add(search, before, after);
    [left, right] = [before.end, after.end];
  }
}

// What is taken away and what is put in its place is told as one.
function add({ found }: Search, before: LineSpan, after: LineSpan): void {
  const last = found.at(-1);
  if (last?.before.end !== before.start || last.after.end !== after.start) found.push({ before, after });
  else {
    found.splice(-1, 1, {
      before: { start: last.before.start, end: before.end },
      after: { start: last.after.start, end: after.end },
    });
  }
}

/** Lines that stand once in both, as places in either, in an order that both have. */
function findAnchors(old: readonly string[], now: readonly string[]): readonly (readonly [number, number])[] {
  const places = placesOfUnique(now);
  const pairs = [...placesOfUnique(old)].flatMap(([line, atOld]) => {
    const atNow = places.get(line);
    return atNow === undefined ? [] : [[atOld, atNow] as const];
  });
  return longestRising(pairs);
}

function placesOfUnique(lines: readonly string[]): ReadonlyMap<string, number> {
  const [places, twice] = [new Map<string, number>(), new Set<string>()];
  for (const [place, line] of lines.entries()) {
    if (places.has(line)) twice.add(line);
    places.set(line, place);
  }
  for (const line of twice) places.delete(line);
  return places;
}

/** The most of these pairs of which both numbers rise; the first ones rise already. */
function longestRising(pairs: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  // Of each length the row that ends lowest, by the pair that ends it; and for each pair the one before it.
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  const lastOf = (at: number | undefined): number => (at === undefined ? Infinity : (pairs[at]?.[1] ?? Infinity));
  for (const [index, [, second]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lastOf(ends[middle]) < second) low = middle + 1;
      else high = middle;
    }
    previous.push(ends[low - 1]);
    ends[low] = index;
  }
  const row: (readonly [number, number])[] = [];
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) row.push(pairs[at] ?? [0, 0]);
  return row.reverse();
}

function isEmpty({ start, end }: LineSpan): boolean {
  return start === end;
}
