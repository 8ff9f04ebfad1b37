import { basename, dirname, resolve } from 'node:path';
import { Option } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import type { CommandIo } from '../command/command-io.ts';
import { parseChoice, parseValue } from '../command/command-options.ts';
import { plainPaint } from './paint.ts';
import { surroundingsOf, type ReportSurroundings } from './report-surroundings.ts';

/** A further report of the same run, in a format of its own. */
export interface ReportFile<Format extends string> {
  readonly format: Format;
  readonly file: string;
}

/** The options that say in which formats a run is told: one on stdout, others in files. */
export interface ReportOptions<Format extends string> {
  readonly format: Format;
  readonly report?: readonly ReportFile<Format>[];
}

/** `--report FORMAT=FILE`, which may be given again. */
export function reportOption<Format extends string>(formats: readonly [Format, ...Format[]]): Option {
  return new Option(
    '--report <FORMAT=FILE>',
    'write the same in another format to a file; may be given again',
  ).argParser((value: string, reports: readonly ReportFile<Format>[] | undefined) => [
    ...(reports ?? []),
    parseReport(value, formats),
  ]);
}

function parseReport<Format extends string>(
  value: string,
  formats: readonly [Format, ...Format[]],
): ReportFile<Format> {
  const [, format, file] = /^([^=]*)=(.+)$/s.exec(parseValue('--report', value)) ?? [];
  if (format !== undefined && file !== undefined) return { format: parseChoice('--report', format, formats), file };
  const help = `write a format and a file, as in \`--report ${formats[1] ?? formats[0]}=report.txt\``;
  throw new RolebookError('usage', `\`--report\` takes FORMAT=FILE, found \`${value}\``, { help });
}

/** Prints a run in the format that was asked for, and writes it to files in those that were asked for beside it. */
export async function tell<Format extends string>(
  { format, report: reports = [] }: ReportOptions<Format>,
  io: CommandIo,
  linesIn: (format: Format, surroundings: ReportSurroundings) => readonly string[],
): Promise<void> {
  const surroundings = surroundingsOf(io, 'stdout');
  for (const text of inPieces(linesIn(format, surroundings))) io.stdout.write(text);
  if (reports.length === 0) return;
  const { replaceFiles } = await import('../write/replace-files.ts');
  for (const { format: other, file } of reports) {
    const path = resolve(io.cwd, file);
    const pieces = inPieces(linesIn(other, { ...surroundings, paint: plainPaint, width: undefined }));
    await replaceFiles(dirname(path), dirname(file), new Map([[basename(path), pieces]]));
  }
}

/** A text as `tell` takes it: whether it ends its last line or not, it is ended once. */
export function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  return [text.endsWith('\n') ? text.slice(0, -1) : text];
}

const linesAtOnce = 1000;

// A report can be longer than the longest string.
function* inPieces(lines: readonly string[]): Generator<string> {
  for (let start = 0; start < lines.length; start += linesAtOnce) {
    yield `${lines.slice(start, start + linesAtOnce).join('\n')}\n`;
  }
}
