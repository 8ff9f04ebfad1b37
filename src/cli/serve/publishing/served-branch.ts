import type { Logger } from '../../../http/logging/log.ts';
import { logBranchLooks, logPublished } from '../../../http/logging/publishing-log.ts';
import type { GitHook } from '../../../http/endpoint/sidecar-context.ts';
import type { DatabaseUrl } from '../../../store/database/database-url.ts';
import type { LiveDatabase } from '../../../store/database/following/live-database.ts';
import type { LiveDatabaseOptions } from '../../../store/database/following/live-database-options.ts';
import { BranchDatabase } from '../../../store/database/publishing/branch-database.ts';
import type { BranchPublisher } from '../../../store/database/publishing/branch-publisher.ts';
import { ThreadedWriter } from '../../../store/database/publishing/threaded-writer.ts';
import type { Ending } from '../../../store/remote/clone-folder.ts';
import type { FollowedRemote } from '../../../store/remote/follow-remote.ts';
import { followBranch, openPublisher, prepareTables, type NamedBranch } from './open-publisher.ts';

/** A branch that a sidecar publishes beside what it serves. */
export interface ServedBranch {
  /** The live policy of the database that it is published to. */
  readonly openLive: (url: DatabaseUrl, options: LiveDatabaseOptions) => BranchDatabase;
  readonly named: NamedBranch;
  readonly onLook: (listener: () => void) => void;
  readonly gitHook: GitHook | undefined;
  /** Starts the live policy, and follows the branch from now on. Where nothing is published yet the first commit is waited for. */
  readonly start: () => Promise<void>;
}

interface ServedBranchSurroundings {
  readonly pollMs: number | undefined;
  readonly cwd: string;
  readonly log: Logger;
  readonly lifetime: Ending;
  /** What hooks are checked by; undefined: none are taken. */
  readonly check: Omit<GitHook, 'hear'> | undefined;
}

export async function openServedBranch(
  named: NamedBranch,
  { pollMs, cwd, log, lifetime, check }: ServedBranchSurroundings,
): Promise<ServedBranch> {
  const openOne = await openPublisher(named);
  // The first look may have begun before the push that somebody tells of; there is another one after it.
  let hear = (): void => void opened?.publisher.reload('news');
  let opened: { readonly live: LiveDatabase; readonly publisher: BranchPublisher } | undefined;
  const publisherFor = (live: LiveDatabase): BranchPublisher => {
    const publisher = openOne({
      writer: new ThreadedWriter(live.connection.url, cwd),
      read: (work) => live.connection.read(work),
      onPublished: (published) => logPublished(published, log),
    });
    logBranchLooks(publisher, log);
    opened = { live, publisher };
    let wasAway = false;
    live.onLook(({ sourceFault }) => {
      // What was pushed while the database was away need not wait for the next look at the branch.
      if (wasAway && sourceFault === undefined) hear();
      wasAway = sourceFault !== undefined;
    });
    return publisher;
  };
  const follow = async ({ live, publisher }: NonNullable<typeof opened>): Promise<void> => {
    let following: FollowedRemote | undefined;
    // What goes on is ended, and not waited for.
    lifetime.add('the publishing of the branch', () => Promise.all([following?.close(), publisher.close()]));
    const first = publisher.reload('start').then(() => {
      following = followBranch(publisher, pollMs);
      hear = following.hear;
    });
    // With something to decide by nobody waits for a repository.
    if (live.current !== undefined) return;
    await first;
    await live.catchUp();
  };
  return {
    named,
    openLive: (url, options) => new BranchDatabase(url, options, publisherFor),
    onLook: (listener) => opened?.publisher.onLook(listener),
    gitHook: check && { ...check, hear: () => hear() },
    start: async () => {
      if (!opened) return;
      // PostgreSQL is there before, and who reads it makes the tables.
      const { url } = opened.live.connection;
      if (url.kind === 'sqlite') await prepareTables(url, cwd).catch(() => undefined);
      await opened.live.start();
      await follow(opened);
    },
  };
}
