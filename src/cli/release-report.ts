import type { CompileProgress } from '../compile/compile-policy.ts';
import type { Database } from '../store/database/database.ts';
import type { PublishOutcome } from '../store/database/publish-release.ts';
import type { PublishedRelease } from '../store/database/release.ts';
import { printResult, type CommandIo } from './command-io.ts';
import { printable } from './printable.ts';
import { ProgressBar } from './progress-bar.ts';

/** Shows how far a publication is, and says what came of it. */
export async function reportPublication(
  io: CommandIo,
  format: 'text' | 'json',
  { url }: Database,
  publish: (onProgress: (progress: CompileProgress) => void) => Promise<PublishOutcome>,
): Promise<void> {
  const bar = new ProgressBar(io);
  try {
    const outcome = await publish((progress) => bar.show(progress));
    bar.clear();
    printResult(io, format === 'json' ? JSON.stringify(outcome, undefined, 2) : formatOutcome(outcome, url.shown));
  } finally {
    bar.clear();
  }
}

function formatOutcome({ outcome, release }: PublishOutcome, shown: string): string {
  const { revision, sequence, restores } = release;
  const what = printable(`revision ${revision} ${outcome === 'published' ? 'to' : 'in'} ${shown}`);
  if (outcome === 'unchanged') return `unchanged: ${what}, release ${sequence}`;
  if (outcome === 'renewed') return `renewed: memberships of ${what}, release ${sequence}`;
  const from = restores === undefined ? '' : `, with the files of release ${restores}`;
  return `published: ${what}, release ${sequence}${from}`;
}

/** A table for people, newest first. */
export function formatReleases(releases: readonly PublishedRelease[]): string {
  const rows = releases.map(({ sequence, revision, publishedAt, commit, author, restores }) => [
    String(sequence),
    revision,
    publishedAt.replace(/\.\d+Z$/, 'Z'),
    shorten(commit),
    printable(restores === undefined ? author : `${author}, restored ${restores}`),
  ]);
  const table = [['release', 'revision', 'published', 'commit', 'by'], ...rows];
  const widths = table[0]?.map((_head, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function shorten(commit: string | undefined): string {
  if (commit === undefined) return '-';
  const [hash = '', dirty] = commit.split('-');
  return dirty === undefined ? hash.slice(0, 12) : `${hash.slice(0, 12)}-${dirty}`;
}
