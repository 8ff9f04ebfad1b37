import { Writable } from 'node:stream';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import type { CommandIo } from '../../../src/cli/command/command-io.ts';
import type { JudgedDiff } from '../../../src/cli/diff/diff-judgement.ts';
import type { DiffReading } from '../../../src/cli/diff/diff-reading.ts';
import { diffFormats, diffReporters } from '../../../src/cli/diff/diff-report.ts';
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

/** Two sides as if they had been read; no commit is before the base. */
export function readingOf(sides: { readonly before: readonly SourceFile[]; readonly after: readonly SourceFile[] }) {
  const base = {
    earlier: () => Promise.resolve([]),
    readAt: () => Promise.resolve(undefined),
    members: [],
    commit: '3f9c2a1b4d5e3f9c2a1b4d5e3f9c2a1b4d5e3f9c',
    how: 'the ref `main`',
    files: sides.before,
  };
  return { files: sides.after, base, requireBase: () => base } satisfies Partial<DiffReading>;
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
