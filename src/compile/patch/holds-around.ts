import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { columnOf, isFirstOfLine, lineStart, spliceText, type Splice } from './text-splices.ts';
import type { LayoutNode, MappingLayout } from './yaml-layout.ts';
import { YamlSource } from './yaml-source.ts';

/** A mapping without brackets, and what it is to hold after parts of its text were replaced. */
interface Changed {
  readonly text: string;
  readonly node: MappingLayout;
  /** Where that begins which is not in the mapping any more. */
  readonly end: number;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/**
 * Whether a text holds this data after parts of it were replaced, as far as the entries around those parts tell. Only they
 * are read anew. False where they do not tell: then the whole text does.
 *
 * Nothing reaches across a key at the start of a line into or out of what stands above it, so some entries of a mapping mean
 * by themselves what they mean in the file. The one before what is replaced is read, too: its text might go on.
 */
export function holdsAround({ body, layout, data }: YamlSource, splices: readonly Splice[], after: JsonValue): boolean {
  return layout !== undefined && data !== undefined && isHeld(body, layout, body.length, data, after, splices);
}

function isHeld(
  text: string,
  node: LayoutNode,
  end: number,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  splices: readonly Splice[],
): boolean {
  if (node.kind !== 'mapping' || node.isFlow || !isJsonObject(before) || !isJsonObject(after)) return false;
  const changed: Changed = { text, node, end, before, after };
  const [read, within] = [new Set<number>(), new Map<number, Splice[]>()];
  const added = splices.filter((splice) => isAdded(changed, splice));
  const isNew = new Set(added);
  for (const splice of splices) {
    if (isNew.has(splice)) continue;
    if (added.some(({ start }) => splice.start <= start && start <= splice.end)) return false;
    const first = entryAt(changed, splice.start, splice.end);
    const last = entryAt(changed, Math.max(splice.start, splice.end - 1), splice.end);
    if (first < 0) return false;
    const known = within.get(first);
    if (known) known.push(splice);
    else within.set(first, [splice]);
    if (first === last && isInside(changed, first, splice)) continue;
    const isBehindKey = splice.start >= (node.entries[first]?.key.end ?? 0);
    for (let index = isBehindKey ? first : Math.max(0, first - 1); index <= last; index += 1) read.add(index);
  }
  if (read.size > many) return false;
  for (const [index, some] of within) {
    const entry = node.entries[index];
    if (!entry || read.has(index)) continue;
    const name = entry.key.text;
    if (!isHeld(text, entry.value, endOf(changed, index), before[name], after[name], some)) return false;
  }
  return isRestSame(changed, read, within, added);
}

/** Above it, reading the whole text is faster. */
const many = 1000;

const documentMark = /^(?:---|\.\.\.)/m;

/** Whether entries of this very mapping are put between two, or behind the last. Blank lines would go on a text in lines. */
function isAdded({ text, node, end }: Changed, { start, end: until, text: put }: Splice): boolean {
  const at = entryAt({ text, node }, start, until);
  const [entry, next] = [node.entries[at], node.entries[at + 1]];
  if (start !== until || !entry || start !== (next ? lineStart(text, next.key.start) : end)) return false;
  const first = put.search(/[^ \r\n]/);
  const isOwnLine = text[start - 1] === '\n' || /^\r?\n/.test(put);
  if (!isOwnLine || documentMark.test(text.slice(entry.value.end, start))) return false;
  return first >= 0 && columnOf(put, first) === columnOf(text, node.start) && lastOf(entry.value).style !== 'block';
}

function lastOf(node: LayoutNode): { readonly style?: string } {
  if (node.kind === 'scalar') return node;
  if (node.isFlow) return {};
  const last = node.kind === 'list' ? node.items.at(-1) : node.entries.at(-1)?.value;
  return last ? lastOf(last) : {};
}

/** The entry in which an offset is; what is put between two belongs to the first. */
function entryAt({ text, node }: Pick<Changed, 'text' | 'node'>, start: number, end: number): number {
  const { entries } = node;
  const startOf = (index: number): number => lineStart(text, entries[index]?.key.start ?? 0);
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(middle) <= start) low = middle + 1;
    else high = middle;
  }
  const at = low - 1;
  return at > 0 && start === end && startOf(at) === start ? at - 1 : at;
}

/** Below the line of its key, so that it is about something in its value. */
function isInside({ text, node }: Changed, index: number, { start }: Splice): boolean {
  const value = node.entries[index]?.value;
  const isBlock = value?.kind === 'mapping' && !value.isFlow && isFirstOfLine(text, value.start);
  return isBlock && start >= lineStart(text, value.start);
}

/** Where the next entry begins, or what follows the mapping. */
function endOf({ text, node, end }: Changed, index: number): number {
  const next = node.entries[index + 1];
  return next ? lineStart(text, next.key.start) : end;
}

/** Whether what nobody touched is the same, and what was read anew holds all else. */
function isRestSame(
  changed: Changed,
  read: ReadonlySet<number>,
  touched: ReadonlyMap<number, Splice[]>,
  added: readonly Splice[],
): boolean {
  const { node, before, after } = changed;
  const found = readAnew(changed, read, touched, added);
  if (!found) return false;
  for (const [index, { key }] of node.entries.entries()) {
    if (read.has(index)) continue;
    const isSame = Object.hasOwn(after, key.text) && Object.is(before[key.text], after[key.text]);
    if (!isSame && !touched.has(index)) return false;
  }
  const names = Object.keys(found);
  return (
    Object.keys(after).length === node.entries.length - read.size + names.length &&
    names.every((name) => Object.hasOwn(after, name) && isDeepStrictEqual(found[name], after[name]))
  );
}

/** What some entries hold by their new text; undefined where that cannot be told of them alone. */
function readAnew(
  changed: Changed,
  read: ReadonlySet<number>,
  touched: ReadonlyMap<number, Splice[]>,
  added: readonly Splice[],
): JsonObject | undefined {
  const parts = [...new Set(added.map(({ start }) => start))].map((start) =>
    readPart(changed, start, added.map((one) => (one.start === start ? one.text : '')).join('')),
  );
  for (const first of read) {
    if (read.has(first - 1)) continue;
    let last = first;
    while (read.has(last + 1)) last += 1;
    parts.push(readRun(changed, first, last, touched));
  }
  const found: Record<string, JsonValue> = {};
  for (const part of parts) {
    if (!part || Object.keys(part).some((name) => Object.hasOwn(found, name))) return undefined;
    Object.assign(found, part);
  }
  return found;
}

function readRun(
  changed: Changed,
  first: number,
  last: number,
  touched: ReadonlyMap<number, Splice[]>,
): JsonObject | undefined {
  const { text, node } = changed;
  const [top, next] = [node.entries[first]?.key.start ?? 0, node.entries[last + 1]?.key.start];
  if (!isFirstOfLine(text, top) || (next !== undefined && !isFirstOfLine(text, next))) return undefined;
  const [start, end] = [lineStart(text, top), endOf(changed, last)];
  const moved: Splice[] = [];
  for (let index = first; index <= last; index += 1) {
    for (const one of touched.get(index) ?? []) moved.push({ ...one, start: one.start - start, end: one.end - start });
  }
  return readPart(changed, end, spliceText(text.slice(start, end), moved));
}

/** What a text holds that is a part of a mapping: in its columns, and without the mark that ends a document. */
function readPart({ text, node }: Changed, end: number, part: string): JsonObject | undefined {
  if (documentMark.test(part) || (end < text.length && !part.endsWith('\n'))) return undefined;
  const { layout, data } = new YamlSource(part);
  if (layout?.kind !== 'mapping' || layout.isFlow || !/^[ \r\n]*$/.test(part.slice(0, layout.start))) return undefined;
  const isAlike = columnOf(part, layout.start) === columnOf(text, node.start);
  return isAlike && isJsonObject(data) ? data : undefined;
}
