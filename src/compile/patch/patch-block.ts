import { isJsonObject, type JsonValue } from '../../policy/text/json.ts';
import { ownCommentStart } from './own-comments.ts';
import { RefusedLayout } from './refused-layout.ts';
import { columnOf, isFirstOfLine, lineEnd, lineFeedOf, lineStart, type Splice } from './text-splices.ts';
import {
  skipBlanks,
  type EntryLayout,
  type LayoutNode,
  type ListLayout,
  type MappingLayout,
  type ScalarLayout,
} from './yaml-layout.ts';
import { writeBlock, writeInline, writeScalar } from './yaml-writing.ts';

/** What is two columns further in where nothing in the file tells. */
const usualStep = '  ';

/** Adds an entry behind the last one of a mapping without brackets, laid out as its neighbours are. */
export function addEntryInBlock(text: string, node: MappingLayout, key: string, value: JsonValue): Splice[] {
  const [top] = node.entries;
  const first = top ? entryStart(text, top.key) : node.start;
  const indent = indentAt(text, first);
  const written = writeScalar(key);
  const model = node.entries.map((entry) => entry.value).findLast((one) => one.kind === 'mapping' && !one.isFlow);
  const isEmpty = isJsonObject(value) && Object.keys(value).length === 0;
  const lines =
    model && isJsonObject(value) && !isEmpty
      ? [`${indent}${written}:`, ...writeBlock(value, `${indent}${stepOf(text, first, model)}`)]
      : [`${indent}${written}: ${writeInline(value)}`];
  const isApart = areApart(
    text,
    node.entries.map((entry) => ({ start: entry.key.start, end: entry.value.end })),
  );
  return [insertLines(text, node.end, isApart ? ['', ...lines] : lines)];
}

/** Adds an item behind the last one of a list without brackets. */
export function addItemInBlock(text: string, node: ListLayout, value: JsonValue): Splice[] {
  const last = node.items.at(-1);
  if (!last) throw new RefusedLayout(node.start, 'an empty list has no brackets');
  const dash = dashOf(text, node, node.items.length - 1);
  const indent = indentAt(text, dash);
  const gap = /^[ \t]+$/.exec(text.slice(dash + 1, last.start))?.[0] ?? ' ';
  const lead = `${indent}-${gap}`;
  const isLikeLast = last.kind === 'mapping' && !last.isFlow && isJsonObject(value) && Object.keys(value).length > 0;
  const lines = isLikeLast
    ? writeBlock(value, ' '.repeat(lead.length)).map((line, index) =>
        index === 0 ? `${lead}${line.trimStart()}` : line,
      )
    : [`${lead}${writeInline(value)}`];
  return [insertLines(text, node.end, lines)];
}

/** Takes an entry out, with its lines and the comments that are its own. `owner` is what the mapping is the value of. */
export function removeEntryInBlock(
  text: string,
  node: MappingLayout,
  index: number,
  owner: EntryLayout | undefined,
): Splice[] {
  const entry = node.entries[index];
  if (!entry) throw new RefusedLayout(node.start, 'nothing stands at this place');
  const { key, value } = entry;
  const next = node.entries[index + 1];
  const start = entryStart(text, key);
  if (!isFirstOfLine(text, start)) {
    if (index > 0 || !/^[ \t]*(?:-[ \t]+)+$/.test(text.slice(lineStart(text, start), start)))
      throw new RefusedLayout(key.start, 'a key that something stands before');
    return [
      next
        ? { start, end: entryStart(text, next.key), text: '' }
        : { start: node.start, end: endOfContent(text, node.end), text: '{}' },
    ];
  }
  if (node.entries.length === 1) return emptied(text, node, owner, '{}');
  return [cutLines(text, ownCommentStart(text, start), Math.max(key.end, value.end))];
}

/** Takes an item out, with its lines and the comments that are its own. */
export function removeItemInBlock(
  text: string,
  node: ListLayout,
  index: number,
  owner: EntryLayout | undefined,
): Splice[] {
  const item = node.items[index];
  if (!item) throw new RefusedLayout(node.start, 'nothing stands at this place');
  const dash = dashOf(text, node, index);
  if (!isFirstOfLine(text, dash)) throw new RefusedLayout(dash, 'an item that something stands before');
  if (node.items.length === 1) return emptied(text, node, owner, '[]');
  return [cutLines(text, ownCommentStart(text, dash), item.end)];
}

/** Puts a value in the place of the lines of a collection; its key, with what stands behind the colon, stays. */
export function replaceBlock(
  text: string,
  node: LayoutNode,
  owner: EntryLayout | undefined,
  written: string,
): Splice[] {
  if (!owner || !isFirstOfLine(text, node.start))
    return [{ start: node.start, end: endOfContent(text, node.end), text: written }];
  const colon = colonBehind(text, owner.key);
  const keyLine = lineEnd(text, colon);
  return [{ start: colon, end: colon, text: ` ${written}` }, cutLines(text, keyLine, node.end)];
}

/** Puts a value in the place of a text in lines of its own, which begins with its sign, `|` or `>`, behind the key. */
export function replaceBlockScalar(text: string, { start, end }: ScalarLayout, written: string): Splice[] {
  const head = lineStart(text, Math.max(0, start - 1));
  const line = text.slice(head, start);
  const sign = /[|>][-+0-9]*(?=[ \t]*(?:#[^\n]*)?\r?\n$)/.exec(line);
  if (!sign) throw new RefusedLayout(start, 'a text in lines that do not begin below its sign');
  const from = head + sign.index;
  return [
    { start: from, end: from + sign[0].length, text: written },
    { start, end, text: '' },
  ];
}

// The comments above the one that goes are its own; others stay.
function emptied(
  text: string,
  node: MappingLayout | ListLayout,
  owner: EntryLayout | undefined,
  brackets: string,
): Splice[] {
  if (!owner) throw new RefusedLayout(node.start, 'it is all that the file holds');
  const first = node.kind === 'list' ? dashOf(text, node, 0) : node.start;
  const colon = colonBehind(text, owner.key);
  return [{ start: colon, end: colon, text: ` ${brackets}` }, cutLines(text, ownCommentStart(text, first), node.end)];
}

/** Cuts whole lines; of two blank lines that would meet, one; the file ends with a line feed or without, as before. */
function cutLines(text: string, start: number, end: number): Splice {
  const behind = lineEnd(text, end);
  const above = start > 0 ? lineStart(text, start - 1) : 0;
  const isBlankAbove = start > 0 && text.slice(above, start).trim() === '';
  const isBlankBehind = text.slice(behind, followingLine(text, behind)).trim() === '';
  const from = isBlankAbove && isBlankBehind ? above : start;
  const isOpenEnd = behind === text.length && !text.endsWith('\n') && from > 0;
  return { start: isOpenEnd ? from - lineFeedBefore(text, from) : from, end: behind, text: '' };
}

/** Where the line ends that begins here. */
function followingLine(text: string, start: number): number {
  const feed = text.indexOf('\n', start);
  return feed < 0 ? text.length : feed + 1;
}

function lineFeedBefore(text: string, offset: number): number {
  return text.slice(offset - 2, offset) === '\r\n' ? 2 : 1;
}

function insertLines(text: string, end: number, lines: readonly string[]): Splice {
  const at = lineEnd(text, end);
  const feed = lineFeedOf(text);
  const isOpenEnd = at === text.length && !text.endsWith('\n');
  const put = isOpenEnd ? lines.map((line) => `${feed}${line}`) : lines.map((line) => `${line}${feed}`);
  return { start: at, end: at, text: put.join('') };
}

// A block scalar ends with the line; nothing that is put in its place does.
function endOfContent(text: string, end: number): number {
  return end - (/(?:\r?\n)*$/.exec(text.slice(0, end))?.[0].length ?? 0);
}

// A comment may stand between a dash and its item.
function dashOf(text: string, { start, items }: ListLayout, index: number): number {
  const dash = skipBlanks(text, index === 0 ? start : (items[index - 1]?.end ?? start), ' \t\r\n');
  if (text[dash] !== '-') throw new RefusedLayout(dash, 'an item without a dash of its own');
  return dash;
}

/** Where an entry begins: at its key, or at the question mark before it. */
function entryStart(text: string, { start }: ScalarLayout): number {
  const asked = /\?[ \t]+$/.exec(text.slice(lineStart(text, start), start));
  return asked ? start - asked[0].length : start;
}

function colonBehind(text: string, key: ScalarLayout): number {
  const colon = skipBlanks(text, key.end, ' \t\r\n');
  if (text[colon] !== ':') throw new RefusedLayout(key.start, 'a key without a colon of its own');
  return colon + 1;
}

function indentAt(text: string, offset: number): string {
  const before = text.slice(lineStart(text, offset), offset);
  if (!/^[ \t-]*$/.test(before)) throw new RefusedLayout(offset, 'a key that something stands before');
  return ' '.repeat(before.length);
}

function stepOf(text: string, key: number, model: LayoutNode): string {
  const step = columnOf(text, model.start) - columnOf(text, key);
  return step > 0 ? ' '.repeat(step) : usualStep;
}

function areApart(text: string, parts: readonly { readonly start: number; readonly end: number }[]): boolean {
  const [before, last] = parts.slice(-2);
  return before !== undefined && last !== undefined && /\n[ \t]*\r?\n/.test(text.slice(before.end - 1, last.start));
}
