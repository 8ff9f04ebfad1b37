import { widthOf } from './text-width.ts';

/**
 * Breaks a line at blanks, so that it fits a terminal; what follows is indented. A word that is too long stays whole, and
 * so does every line where nobody asked.
 */
export function wrapLine(line: string, width: number | undefined, indent: number): string {
  if (width === undefined || columnsOf(line) <= width) return line;
  const lead = /^ */.exec(line)?.[0] ?? '';
  const hanging = ' '.repeat(Math.min(indent, width >> 1));
  const lines: string[] = [];
  let current = lead;
  let columns = lead.length;
  let isEmpty = true;
  for (const word of line.slice(lead.length).split(' ')) {
    const taken = columnsOf(word);
    if (!isEmpty && columns + 1 + taken > width) {
      lines.push(current.trimEnd());
      current = hanging;
      columns = hanging.length;
      isEmpty = true;
    }
    current += isEmpty ? word : ` ${word}`;
    columns += taken + (isEmpty ? 0 : 1);
    isEmpty = false;
  }
  return [...lines, current.trimEnd()].join('\n');
}

/**
 * The text of a command's help. Paragraphs are filled anew, the list of exit codes too; an example stays in one line, so
 * that it can be copied.
 */
export function wrapHelp(text: string, width: number): string {
  const lines: string[] = [];
  let isCodes = false;
  for (const line of text.split('\n')) {
    const last = lines.at(-1) ?? '';
    const isProse = /^\S/.test(line) && /^\S/.test(last) && !last.endsWith(':');
    if (line === 'Exit codes:') isCodes = true;
    else if (line === '') isCodes = false;
    if (isCodes && /^ {2}\S/.test(line))
      lines.push(...(/^ {2}\d/.test(line) ? [line] : [`${lines.pop() ?? ''} ${line.trim()}`]));
    else if (isProse) lines[lines.length - 1] = `${last} ${line}`;
    else lines.push(line);
  }
  return lines.map((line) => wrapHelpLine(line, width)).join('\n');
}

function wrapHelpLine(line: string, width: number): string {
  if (/^ *rolebook /.test(line)) return line;
  const codes = line.trim().split(/ {3,}/);
  if (/^ {2}\d /.test(line) && codes.length > 0) return fillCodes(codes, width);
  const column = /^ *\S+(?: \S+)* {2,}/.exec(line)?.[0].length;
  return wrapLine(line, width, /^ /.test(line) ? (column ?? 4) : 0);
}

// Each code with what it means, as many in a line as fit.
function fillCodes(codes: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const code of codes) {
    const longer = `${lines.at(-1) ?? ''}   ${code}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`  ${code}`);
  }
  return lines.map((line) => wrapLine(line, width, 4)).join('\n');
}

// Colours take no room.
function columnsOf(text: string): number {
  return widthOf(text.replaceAll(/\u001b\[[\d;]*m/g, ''));
}
