import { limits } from '../../policy/limits.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import { quote } from '../words/describe-value.ts';
import type { LineIndex } from './line-index.ts';
import { lineAt, type YamlMistake } from './mistake-place.ts';

/** What git, Mercurial and Subversion write before and behind the two sides of a merge that they could not make. */
const markerPattern = /^(?:<{7}|>{7})(?=[ \r\n]|$)[^\r\n]*/gm;

/**
 * The marks of merges that nobody has resolved, each conflict as one problem. A text can be YAML with them, so they are
 * looked for before. A line of `=` is one only where it is no YAML.
 */
export function findMergeConflicts(text: string, lines: LineIndex): Problem[] {
  if (!text.includes('<<<<<<<') && !text.includes('>>>>>>>')) return [];
  const problems: Problem[] = [];
  let open: { readonly at: number; readonly marker: string } | undefined;
  const tell = (at: number, marker: string, help: string): void => {
    const message = `the merge conflict marker ${quote(marker)} stands here`;
    problems.push(createProblem('merge-conflict', lines.span(at, at + marker.length), message, help));
  };
  for (const { 0: line, index } of text.matchAll(markerPattern)) {
    if (problems.length === limits.mergeConflicts) return problems;
    const marker = line.trimEnd();
    if (marker.startsWith('<')) {
      if (open) tell(open.at, open.marker, left);
      open = { at: index, marker };
    } else if (marker.startsWith('>')) {
      if (!open) tell(index, marker, left);
      else {
        const to = lines.span(index, index).line;
        tell(
          open.at,
          open.marker,
          `keep what is right of both sides, down to ${quote(marker)} on line ${to}, and take the markers away`,
        );
      }
      open = undefined;
    }
  }
  if (open) tell(open.at, open.marker, left);
  return problems;
}

/** What is left of a conflict when its beginning and its end were taken away. */
export function explainLeftMarker(_reason: string, offset: number, text: string): YamlMistake | undefined {
  const here = lineAt(offset, text);
  for (const { start, line } of [here, lineAt(Math.max(0, here.start - 1), text)]) {
    if (!/^(?:={7}|\|{7}(?: .*)?)\r?$/.test(line)) continue;
    const message = `the merge conflict marker ${quote(line.trimEnd())} stands here`;
    return { code: 'merge-conflict', start, end: start + line.trimEnd().length, message, help: left };
  }
  return undefined;
}

const left = 'take it away; the rest of the conflict is gone already';
