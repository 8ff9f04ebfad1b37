import { isJsonObject, type JsonValue } from '../../policy/text/json.ts';
import { ownCommentStart } from './own-comments.ts';
import { RefusedLayout } from './refused-layout.ts';
import { columnOf, isFirstOfLine, lineEnd, lineFeedOf, lineStart, type Splice } from './text-splices.ts';
import type { EntryLayout, LayoutNode, ListLayout, MappingLayout, ScalarLayout } from './yaml-layout.ts';
import { writeBlock, writeInline, writeScalar } from './yaml-writing.ts';

/** What is two columns further in where nothing in the file tells. */
const usualStep = '  ';

/** Adds an entry behind the last one of a mapping without brackets, laid out as its neighbours are. */
export function addEntryInBlock(text: string, node: MappingLayout, key: string, value: JsonValue): Splice[] {
  const first = node.entries[0]?.key.start ?? node.start;
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
  const dash = dashOf(text, last);
  const indent = indentAt(text, dash);
  const gap = last.start > dash + 1 ? text.slice(dash + 1, last.start) : ' ';
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
  if (!isFirstOfLine(text, key.start)) {
    if (index > 0 || !/^[ \t]*(?:-[ \t]+)+$/.test(text.slice(lineStart(text, key.start), key.start)))
      throw new RefusedLayout(key.start, 'a key that something stands before');
    return [
      next
        ? { start: key.start, end: next.key.start, text: '' }
        : { start: node.start, end: endOfContent(text, node.end), text: '{}' },
    ];
  }
  if (node.entries.length === 1) return emptied(text, node, owner, '{}');
  return [cutLines(text, ownCommentStart(text, key.start), Math.max(key.end, value.end))];
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
  const dash = dashOf(text, item);
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
  const colon = text.indexOf(':', owner.key.end) + 1;
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
  const first = node.kind === 'list' ? dashOf(text, node.items[0] ?? node) : node.start;
  const colon = text.indexOf(':', owner.key.end) + 1;
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

function dashOf(text: string, item: { readonly start: number }): number {
  let place = item.start - 1;
  while (place >= 0 && (text[place] === ' ' || text[place] === '\t')) place -= 1;
  if (text[place] !== '-') throw new RefusedLayout(item.start, 'an item that does not stand behind its dash');
  return place;
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
