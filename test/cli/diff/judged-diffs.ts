import { Writable } from 'node:stream';
import type { CommandIo } from '../../../src/cli/command/command-io.ts';
import { diffFormats, type JudgedDiff } from '../../../src/cli/diff/diff-outcome.ts';
import { diffReporters } from '../../../src/cli/diff/diff-report.ts';
import { annotationRootOf } from '../../../src/cli/report/github-annotation.ts';
import { paintFor } from '../../../src/cli/report/paint.ts';
import { PermissionWords } from '../../../src/review/diff/wording/permission-words.ts';

/** Surroundings in which nothing is read. */
export const quietIo: CommandIo = {
  stdout: nowhere(),
  stderr: nowhere(),
  env: {},
  cwd: '/',
  isTerminal: { stdout: false, stderr: false },
};

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** What the command would print, in each format. */
export function reportsOf({ catalogs, ...judged }: JudgedDiff): Record<string, readonly string[]> {
  const outcome = {
    ...judged,
    isDirty: false,
    gates: [],
    isAccepted: false,
    words: new PermissionWords(catalogs.before ?? catalogs.after, catalogs.after),
    display: (file: string) => file,
  };
  const surroundings = { paint: paintFor(quietIo, 'stdout'), annotationRoot: annotationRootOf(quietIo) };
  return Object.fromEntries(diffFormats.map((format) => [format, diffReporters[format](outcome, surroundings)]));
}
