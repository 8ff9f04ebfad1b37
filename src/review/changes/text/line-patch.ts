import type { StructuredPatch, StructuredPatchHunk } from 'diff';
import { changedLines, linesWithEnds, type ChangedLines } from './changed-lines.ts';

/** The names that a patch gives the text before and after. */
export interface PatchNames {
  readonly from: string;
  readonly to: string;
}

/** What was done to a text as a patch, with three lines around each change as `diff -u` has them. */
export function linePatch({ from, to }: PatchNames, before: string, after: string): StructuredPatch {
  const texts = { before: linesWithEnds(before), after: linesWithEnds(after) };
  const hunks = groupChanges(changedLines(texts.before, texts.after)).map((group) => hunkOf(group, texts));
  return { oldFileName: from, newFileName: to, oldHeader: undefined, newHeader: undefined, hunks };
}

const contextLines = 3;

/** Changes with so little between them that what is shown around one reaches the next. */
function groupChanges(changes: readonly ChangedLines[]): readonly (readonly ChangedLines[])[] {
  const groups: ChangedLines[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last && change.before.start - last.before.end <= 2 * contextLines) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups;
}

interface Texts {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function hunkOf(group: readonly ChangedLines[], { before, after }: Texts): StructuredPatchHunk {
  const [first, last] = [group[0], group.at(-1)];
  if (!first || !last) throw new Error('a hunk needs a change');
  const ahead = Math.min(contextLines, first.before.start);
  const behind = Math.min(contextLines, before.length - last.before.end);
  const start = first.before.start - ahead;
  const lines: string[] = [];
  let at = start;
  for (const change of group) {
    push(lines, ' ', before, { start: at, end: change.before.start });
    push(lines, '-', before, change.before);
    push(lines, '+', after, change.after);
    at = change.before.end;
  }
  push(lines, ' ', before, { start: at, end: at + behind });
  const [oldLines, newLines] = [at + behind - start, last.after.end + behind - (first.after.start - ahead)];
  return { oldStart: start + 1, oldLines, newStart: first.after.start - ahead + 1, newLines, lines };
}

function push(lines: string[], sign: string, text: readonly string[], { start, end }: { start: number; end: number }) {
  for (let at = start; at < end; at += 1) {
    const line = text[at] ?? '';
    if (line.endsWith('\n')) lines.push(`${sign}${line.slice(0, -1)}`);
    else lines.push(`${sign}${line}`, '\\ No newline at end of file');
  }
}
