import { diffArrays } from 'diff';
import { layoutAt, type LayoutNode } from '../../../src/compile/patch/yaml-layout.ts';
import { YamlSource } from '../../../src/compile/patch/yaml-source.ts';
import { isJsonObject, type JsonValue } from '../../../src/policy/text/json.ts';

type Path = readonly (string | number)[];

interface Place {
  readonly path: Path;
  /** In the other document. */
  readonly there: Path;
  /** Its number in what holds it. */
  readonly index: number;
}

const top: Place = { path: [], there: [], index: 0 };

/** A place of one of two documents that the other has not so: `key` alone, or with all that it holds. */
interface Differing extends Place {
  readonly what: 'key' | 'all';
  /** Whether nothing in the other document is the same entry or item. */
  readonly isAlone: boolean;
}

/** What is told of two texts line by line. */
export interface LineCheck {
  /** Lines that differ though what they hold is the same in both. */
  readonly unintended: readonly string[];
  /** How many lines may differ at most: those of what differs, and what is accounted for beside it. */
  readonly most: { readonly gone: number; readonly came: number };
}

/**
 * Holds two texts against what differs in their data. The lines of what differs are left out, and the others must be the
 * same. A comma at an end, a comment that goes with what it describes and one blank line are accounted for.
 */
export function checkLines(before: string, after: string): LineCheck {
  const [was, is] = [new YamlSource(before), new YamlSource(after)];
  const [gone, came] = [differing(was.data, is.data), differing(is.data, was.data)];
  const left = otherLines(was, linesOf(was, gone, came));
  const stayed = otherLines(is, linesOf(is, came, gone));
  const found = diffArrays(left, stayed).flatMap(({ added, removed, value }) =>
    added || removed ? value.map((line) => `${added ? '+' : '-'}${line}`) : [],
  );
  const lines = (sign: string): number => found.filter((line) => line.startsWith(sign)).length;
  // To git, a last line without a line end is another line than the same with one.
  const open = before.endsWith('\n') && after.endsWith('\n') ? 0 : 1;
  const count = (text: string, others: readonly string[]): number => text.split('\n').length - others.length + open;
  return {
    unintended: withoutCompanions(found),
    most: { gone: count(before, left) + lines('-'), came: count(after, stayed) + lines('+') },
  };
}

function otherLines({ body }: YamlSource, ours: ReadonlySet<number>): string[] {
  return body.split('\n').filter((_line, index) => !ours.has(index));
}

// A line that became another by a comma, or by the line end that the last line of a file lacked.
function withoutCompanions(lines: readonly string[]): string[] {
  const left = [...lines];
  for (const line of lines.filter((one) => one.startsWith('-'))) {
    const partner = left.findIndex((one) => one.startsWith('+') && bare(one) === bare(line));
    if (partner < 0) continue;
    left.splice(partner, 1);
    left.splice(left.indexOf(line), 1);
  }
  return left.filter((line) => bare(line) !== '' && !(line.startsWith('-') && /^(?:- +)?#/.test(bare(line))));
}

function bare(line: string): string {
  return line
    .slice(1)
    .replace(/,(\s*(?:#.*)?)$/, '$1')
    .replace(/^\s*,/, '')
    .trim();
}

function differing(here: JsonValue | undefined, there: JsonValue | undefined, at: Place = top): Differing[] {
  if (JSON.stringify(here) === JSON.stringify(there)) return [];
  const all: Differing = { ...at, what: 'all', isAlone: false };
  if (Array.isArray(here) && Array.isArray(there)) return inLists(here, there, at) ?? [all];
  if (!isJsonObject(here) || !isJsonObject(there)) return [all];
  const [names, others] = [Object.keys(here), Object.keys(there)];
  if (names.length === 0 || others.length === 0) return [all];
  const [gone, came] = [names.filter((name) => !others.includes(name)), others.filter((name) => !names.includes(name))];
  const [from = '', to = ''] = [gone[0], came[0]];
  const isRenamed = gone.length === 1 && came.length === 1 && names.indexOf(from) === others.indexOf(to);
  return names.flatMap((name, index): Differing[] => {
    if (!gone.includes(name)) return differing(here[name], there[name], below(at, name, name, index));
    const place = below(at, name, isRenamed ? to : name, index);
    return isRenamed
      ? [{ ...place, what: 'key', isAlone: false }, ...differing(here[name], there[to], place)]
      : [{ ...place, what: 'all', isAlone: true }];
  });
}

function inLists(here: readonly JsonValue[], there: readonly JsonValue[], at: Place): Differing[] | undefined {
  if (here.length === 0 || there.length === 0) return undefined;
  const left = there.map((one) => JSON.stringify(one));
  const gone = here.flatMap((one, index) => {
    const found = left.indexOf(JSON.stringify(one));
    if (found >= 0) left.splice(found, 1);
    return found < 0 ? [index] : [];
  });
  return gone.flatMap((index): Differing[] => {
    const place = below(at, index, index, index);
    return here.length === there.length
      ? differing(here[index], there[index], place)
      : [{ ...place, what: 'all', isAlone: true }];
  });
}

function below({ path, there }: Place, name: string | number, other: string | number, index: number): Place {
  return { path: [...path, name], there: [...there, other], index };
}

function linesOf(
  { layout, body }: YamlSource,
  places: readonly Differing[],
  beside: readonly Differing[],
): Set<number> {
  const lines = new Set<number>();
  const lineAt = (offset: number): number => body.slice(0, offset).split('\n').length - 1;
  const add = (start: number, end: number): void => {
    for (let line = lineAt(start); line <= lineAt(Math.max(start, end - 1)); line += 1) lines.add(line);
  };
  for (const { path, what } of places) {
    const node = layout && layoutAt(layout, path);
    if (!layout || !node) continue;
    const key = keyOf(layout, path);
    if (what === 'key' && key) add(key.start, key.end);
    // A text in lines of its own has its sign on the line above.
    else add((key ?? node).start - (node.kind === 'scalar' && node.style === 'block' && !key ? 2 : 0), node.end);
  }
  // Between brackets what comes or goes shares lines with what stands before and behind it.
  const foreign = beside.map((one) => ({ ...one, path: one.there, isForeign: one.isAlone }));
  for (const { path, index, isForeign } of [...places.map((one) => ({ ...one, isForeign: false })), ...foreign]) {
    const parent = layout && layoutAt(layout, path.slice(0, -1));
    if (!parent || parent.kind === 'scalar' || !parent.isFlow) continue;
    const parts =
      parent.kind === 'list'
        ? parent.items
        : parent.entries.map(({ key, value }) => ({ start: key.start, end: value.end }));
    const at = isForeign
      ? -1
      : parts.findIndex(({ start }) => start === (keyOf(layout, path) ?? layoutAt(layout, path))?.start);
    // What is not here stood, in the other text, between these two.
    const [before, behind] =
      at < 0
        ? [index === 0 ? undefined : (parts[index - 1] ?? parts.at(-1)), parts[index]]
        : [parts[at - 1], parts[at + 1]];
    if (before) add(before.end - 1, before.end);
    if (behind) add(behind.start, behind.start);
    if (!before) add(parent.start, parent.start);
    if (!behind) add(parent.end - 1, parent.end);
  }
  return lines;
}

function keyOf(layout: LayoutNode, path: Path): LayoutNode | undefined {
  const parent = layoutAt(layout, path.slice(0, -1));
  return parent?.kind === 'mapping'
    ? parent.entries.find(({ key }) => key.text === String(path.at(-1)))?.key
    : undefined;
}
