import { RefusedLayout } from './refused-layout.ts';
import { isFirstOfLine, lineEnd, lineFeedOf, lineStart, type Splice } from './text-splices.ts';
import { ownCommentStart } from './own-comments.ts';
import { skipBlanks, type ListLayout, type MappingLayout } from './yaml-layout.ts';

interface Part {
  readonly start: number;
  readonly end: number;
}

/** Adds an entry or an item, as it is to be written, behind the last one between brackets, laid out as that one is. */
export function addInFlow(text: string, node: MappingLayout | ListLayout, written: string): Splice[] {
  const parts = partsOf(node);
  const [last] = parts.slice(-1);
  if (!last) return [putInEmpty(text, node, written)];
  const comma = commaBehind(text, last.end);
  const prefix = text.slice(lineStart(text, last.start), last.start);
  if (/^[ \t]*,[ \t]*$/.test(prefix)) return [insert(last.end, `${lineFeedOf(text)}${prefix}${written}`)];
  if (!isFirstOfLine(text, last.start) || (parts.length === 1 && !isAlone(text, last.end, comma))) {
    const gap = gapBetween(text, parts);
    return comma === undefined
      ? [insert(last.end, `,${gap}${written}`)]
      : [insert(comma + 1, `${gap || ' '}${written},`)];
  }
  const line = `${lineFeedOf(text)}${prefix}${written}`;
  const end = contentEnd(text, comma ?? last.end);
  if (comma !== undefined) return [insert(end, `${line},`)];
  return end === last.end ? [insert(end, `,${line}`)] : [insert(last.end, ','), insert(end, line)];
}

/** Takes an entry or an item out from between brackets, with its comma and the comments that are its own. */
export function removeInFlow(text: string, node: MappingLayout | ListLayout, index: number): Splice[] {
  const parts = partsOf(node);
  const [before, part, next] = [parts[index - 1], parts[index], parts[index + 1]];
  if (!part) throw new RefusedLayout(node.start, 'nothing stands at this place');
  if (!before && !next) return [cut(node.start + 1, node.end - 1)];
  const comma = commaBehind(text, part.end);
  if (isFirstOfLine(text, part.start) && isAlone(text, part.end, comma)) {
    const line = cut(ownCommentStart(text, part.start), lineEnd(text, comma ?? part.end));
    const commaBefore = before && !next && comma === undefined ? commaBehind(text, before.end) : undefined;
    return commaBefore === undefined ? [line] : [cut(commaBefore, commaBefore + 1), line];
  }
  if (next) return [cut(part.start, next.start)];
  const from = before?.end ?? part.start;
  if (!text.slice(from, part.start).includes('\n')) return [cut(from, part.end)];
  const commaBefore = commaBehind(text, from);
  return [...(commaBefore === undefined ? [] : [cut(commaBefore, commaBefore + 1)]), cut(part.start, part.end)];
}

function partsOf(node: MappingLayout | ListLayout): readonly Part[] {
  if (node.kind === 'list') return node.items;
  return node.entries.map(({ key, value }) => ({ start: key.start, end: Math.max(key.end, value.end) }));
}

function putInEmpty(text: string, node: MappingLayout | ListLayout, written: string): Splice {
  const inside = { start: node.start + 1, end: node.end - 1 };
  if (text.slice(inside.start, inside.end).trim() !== '')
    throw new RefusedLayout(inside.start, 'only a comment stands between the brackets');
  return { ...inside, text: node.kind === 'list' ? written : ` ${written} ` };
}

/** The comma behind a value, which may stand on a later line. */
function commaBehind(text: string, end: number): number | undefined {
  const place = skipBlanks(text, end, ' \t\r\n');
  return text[place] === ',' ? place : undefined;
}

// Nothing else stands behind it in its line but its comma and a comment.
function isAlone(text: string, end: number, comma: number | undefined): boolean {
  const from = comma !== undefined && !text.slice(end, comma).includes('\n') ? comma + 1 : end;
  return /^[ \t]*(?:[ \t]#[^\n]*)?\r?\n/.test(text.slice(from, lineEnd(text, from)));
}

/** The end of what stands in a line, its comment included. */
function contentEnd(text: string, from: number): number {
  const end = lineEnd(text, from);
  return end - (/(?:\r?\n)?$/.exec(text.slice(from, end))?.[0].length ?? 0);
}

function gapBetween(text: string, [first, second]: readonly Part[]): string {
  if (!first || !second) return ' ';
  return text.slice(first.end, second.start) === ',' ? '' : ' ';
}

function insert(at: number, text: string): Splice {
  return { start: at, end: at, text };
}

function cut(start: number, end: number): Splice {
  return { start, end, text: '' };
}
