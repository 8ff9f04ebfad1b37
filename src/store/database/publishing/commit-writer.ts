import { formatDatabaseRevision } from '../../../policy/database-revision.ts';
import { firstProblems } from '../../../policy/problem-list.ts';
import { limits } from '../../../policy/limits.ts';
import type { Database } from '../database.ts';
import type { PublishOutcome } from '../releases/publish-release.ts';
import type { FoundProblems } from '../../live/prepare-policy.ts';
import { readAuthor } from './branch-commits.ts';
import { CommitUnreadable, Overtaken, tellRefusal } from './commit-refusal.ts';
import { publishCommit, type FoundCommit } from './publish-commit.ts';

/** A commit that is published, as it is told; plain data, for another thread. */
export interface PublishedCommit {
  readonly kind: 'published';
  readonly commit: string;
  /** `published`: it made a release. Otherwise the newest release is of the same policy. */
  readonly outcome: PublishOutcome['outcome'];
  readonly release: number;
  /** Of the database, as it is told. */
  readonly revision: string;
  readonly author: string;
  /** How many memberships at run time could not stay as they were. */
  readonly moves: number;
}

/** The outcome of an attempt to publish a commit, in plain data. */
export type CommitOutcome =
  | PublishedCommit
  | { readonly kind: 'overtaken' }
  /** The clone is damaged. */
  | { readonly kind: 'unreadable'; readonly error: string }
  | { readonly kind: 'refused'; readonly error: string; readonly found: FoundProblems };

/** The one who compiles commits and publishes them. Rejects with a RolebookError where that could not be tried. */
export interface CommitWriter {
  publish(found: FoundCommit): Promise<CommitOutcome>;
  /** Ends what goes on. */
  close(): Promise<void>;
}

/** Publishes a commit with `publish`, and tells what came of it. */
export async function outcomeOf(found: FoundCommit, publish: () => Promise<PublishOutcome>): Promise<CommitOutcome> {
  try {
    const { outcome, release, state, moves } = await publish();
    const revision = formatDatabaseRevision(release.revision, state);
    const { sequence, author } = release;
    const { commit } = found;
    return { kind: 'published', commit, outcome, release: sequence, revision, author, moves: moves.length };
  } catch (error) {
    if (error instanceof Overtaken) return { kind: 'overtaken' };
    if (error instanceof CommitUnreadable) return { kind: 'unreadable', error: error.message };
    const refused = tellRefusal(found.commit, await readAuthor(found.repository, found.commit), error);
    if (refused === undefined) throw error;
    const problems = firstProblems(refused.found.problems, limits.toldProblems);
    return { kind: 'refused', error: refused.error, found: { ...refused.found, problems } };
  }
}

/** A writer in this thread, over a connection that others may use, too. */
export function writerHere(connect: () => Promise<Database>): CommitWriter {
  return {
    publish: (found) => outcomeOf(found, async () => publishCommit(await connect(), found)),
    close: () => Promise.resolve(),
  };
}
