import type { CompileProgress } from '../../compile/compile-policy.ts';
import { formatDatabaseRevision } from '../../policy/database-revision.ts';
import type { Database } from '../../store/database/database.ts';
import type { PublishOutcome } from '../../store/database/releases/publish-release.ts';
import type { ListedRelease } from '../../store/database/releases/read-releases.ts';
import type { PublishedRelease } from '../../store/database/releases/release.ts';
import { printResult, say, type CommandIo } from '../command/command-io.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { ProgressBar } from '../report/progress-bar.ts';
import { reportBrokenRules } from './broken-rules-report.ts';
import { reportRefusal } from './end-memberships.ts';
import { formatHandedOver, formatMoves, plainHandedOver, plainMove } from './move-report.ts';

/** Shows how far a publication is, and says what came of it. Undefined: it was refused for what it does to members. */
export async function reportPublication(
  io: CommandIo,
  format: 'text' | 'json',
  { url }: Pick<Database, 'url'>,
  publish: (onProgress: (progress: CompileProgress) => void) => Promise<PublishOutcome>,
): Promise<PublishOutcome | undefined> {
  const bar = new ProgressBar(io);
  try {
    const outcome = await publish((progress) => bar.show(progress));
    bar.clear();
    tellPublication(io, format, { url }, outcome);
    return outcome;
  } catch (error) {
    bar.clear();
    if (!(await tellRefused(io, format, { url }, error))) throw error;
    return undefined;
  } finally {
    bar.clear();
  }
}

/** Says what was published. `lines`: as JSON it is one line, for who reads one after the other. */
export function tellPublication(
  io: CommandIo,
  format: 'text' | 'json' | 'lines',
  { url }: Pick<Database, 'url'>,
  outcome: PublishOutcome,
): void {
  const indent = format === 'json' ? 2 : undefined;
  printResult(
    io,
    format === 'text' ? formatOutcome(outcome, url.shown) : JSON.stringify(plainOutcome(outcome), undefined, indent),
  );
  warnOfMissing(io, outcome);
}

/** Says in full why a publication was refused; false for an error that is no refusal. */
export async function tellRefused(
  io: CommandIo,
  format: 'text' | 'json',
  { url }: Pick<Database, 'url'>,
  error: unknown,
): Promise<boolean> {
  const { PublicationRefused } = await import('../../store/database/releases/require-kept-rules.ts');
  if (error instanceof PublicationRefused) {
    reportBrokenRules(io, format, error);
    return true;
  }
  const { ChangesNotPulled } = await import('../../store/database/releases/held-changes.ts');
  if (error instanceof ChangesNotPulled) {
    (await import('./changes-report.ts')).reportNotPulled(io, format, error);
    return true;
  }
  const { MembershipsEnd } = await import('../../store/database/releases/publish-release.ts');
  if (!(error instanceof MembershipsEnd)) return false;
  reportRefusal(io, format, url.shown, error);
  return true;
}

const mostMissing = 10;

// It is published all the same: who has to be there can be given the role at run time.
function warnOfMissing(io: CommandIo, { missingHolders }: PublishOutcome): void {
  const warning = paintFor(io, 'stderr').yellow('warning:');
  for (const { message } of missingHolders.slice(0, mostMissing)) say(io, `${warning} ${printable(message)}`);
  const left = missingHolders.length - mostMissing;
  if (left > 0) say(io, `${warning} ${left} more roles have too few holders; \`lint --database\` has them all`);
}

function plainOutcome({ outcome, release, state, moves, handedOver }: PublishOutcome): object {
  return {
    outcome,
    release: plainRelease({ ...release, reached: state }),
    members: moves.map(plainMove),
    ...(handedOver.length === 0 ? {} : { handedOver: handedOver.map(plainHandedOver) }),
  };
}

/** For programs: the revision as sidecars tell it. */
export function plainRelease({ reached, ...release }: ListedRelease): PublishedRelease {
  return { ...release, revision: formatDatabaseRevision(release.revision, reached) };
}

function formatOutcome(found: PublishOutcome, shown: string): string {
  const { outcome, release, state, moves, handedOver } = found;
  const { sequence, restores } = release;
  const revision = formatDatabaseRevision(release.revision, state);
  const what = printable(`revision ${revision} ${outcome === 'published' ? 'to' : 'in'} ${shown}`);
  const told = formatHandedOver(handedOver);
  if (outcome === 'unchanged') return [`unchanged: ${what}, release ${sequence}`, ...told].join('\n');
  if (outcome === 'renewed') return [`renewed: memberships of ${what}, release ${sequence}`, ...told].join('\n');
  const from = restores === undefined ? '' : `, with the files of release ${restores}`;
  return [`published: ${what}, release ${sequence}${from}`, ...formatMoves(moves), ...told].join('\n');
}

/** A table for people, newest first. */
export function formatReleases(releases: readonly ListedRelease[]): string {
  const rows = releases.map(({ sequence, revision, reached, publishedAt, commit, author, restores }) => [
    String(sequence),
    formatDatabaseRevision(revision, reached),
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
