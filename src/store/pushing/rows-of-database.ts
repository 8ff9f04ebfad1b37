import { formatDatabaseRevision } from '../../policy/database-revision.ts';
import { RefusedCommit } from '../committing/refused-commit.ts';
import type { ChangeRefusal } from '../changes/asked-change.ts';
import type { FilesStep, RunTimeRows, RowsNow } from '../changes/folder/run-time-rows.ts';
import type { ChangedRow } from '../../review/changes/changed-rows.ts';
import { readReturningOfCommit } from '../database/members/settle-members.ts';
import { DatabaseGround, type PublishedGround } from '../database/changes/database-ground.ts';
import { DatabaseConnection } from '../database/connection/database-connection.ts';
import { DatabaseUrl } from '../database/database-url.ts';
import { readPulledAt } from '../database/publishing/branch-commits.ts';
import { readStanding, type BranchStanding, type FollowedBranch } from '../database/publishing/branch-standing.ts';
import { foreseeRefusal } from '../database/publishing/foreseen-refusal.ts';
import { decidingFiles } from '../database/publishing/publish-commit.ts';
import { isDecidingFile } from '../folder/survey.ts';
import type { WritingClone } from './writing-clone.ts';

export interface RowsOfDatabaseOptions {
  readonly connection: DatabaseConnection;
  readonly branch: FollowedBranch;
  /** In which the branch is changed. */
  readonly clone: Pick<WritingClone, 'repository' | 'tip' | 'fetch'>;
  readonly now?: () => number;
}

/** The memberships at run time of a database to which the commits of a branch are published. */
export class RowsOfDatabase implements RunTimeRows {
  readonly #options: RowsOfDatabaseOptions;
  readonly #ground: DatabaseGround;

  constructor(options: RowsOfDatabaseOptions) {
    this.#options = options;
    this.#ground = new DatabaseGround(options.connection);
  }

  async read(): Promise<RowsNow> {
    const { connection } = this.#options;
    const { given, members, state } = await connection.read((manager, onAnswer) =>
      this.#ground.read(manager, onAnswer),
    );
    return {
      given,
      revisionOf: ({ revision }) => formatDatabaseRevision(revision, state),
      findUndone: (commit) => this.#findUndone(commit, members),
      findObstacle: (step) => this.#findObstacle(step),
    };
  }

  close(): Promise<void> {
    return this.#options.connection.close();
  }

  async #findUndone(commit: string, members: PublishedGround['members']): Promise<readonly ChangedRow[]> {
    const returning = await this.#options.connection.read(async (manager, onAnswer) => {
      const found = await readReturningOfCommit(manager, commit);
      onAnswer();
      return found;
    });
    return returning.map(({ place, subject, assignments }) => ({
      before: members.get(place, subject.type, subject.id),
      after: { place, subject, assignments, sequence: 0, token: '' },
    }));
  }

  async #findObstacle({ live, after, files, undoes }: FilesStep): Promise<ChangeRefusal | undefined> {
    const { connection, branch, clone, now = Date.now } = this.#options;
    const { repository, tip = '' } = clone;
    const pulled = await readPulledAt(repository, tip);
    const deciding = decidingFiles(files.filter(({ path }) => isDecidingFile(path)));
    const publication = { policy: after, files: deciding, pulled, undoes, atMs: now() };
    const found = await connection.read(async (manager, onAnswer) => {
      const standing = await readStanding(manager, branch);
      onAnswer();
      const other = findOtherRelease(standing, tip, live.digest);
      if (other) return other;
      const why = await foreseeRefusal(manager, connection.url, publication);
      if (why === undefined) return undefined;
      const message = `the database would not take the policy that this makes: ${why}; nothing was written`;
      return {
        kind: 'conflict',
        code: 'not-publishable',
        message,
        help: 'change these members at run time first',
      } as const;
    });
    // What the branch was taken to have may be a moment old.
    if (found && (await clone.fetch()) !== tip)
      throw new RefusedCommit('git-moved', `\`${branch.ref}\` has moved meanwhile`);
    return found;
  }
}

/** The same over a connection of its own. */
export function openRows(
  { url, cwd }: { readonly url: string; readonly cwd: string },
  branch: FollowedBranch,
  clone: RowsOfDatabaseOptions['clone'],
): RowsOfDatabase {
  const connection = new DatabaseConnection(new DatabaseUrl(url, '--database'), cwd);
  return new RowsOfDatabase({ connection, branch, clone });
}

// What a change comes to is told by what the branch has; if that does not decide, it would be told of something else.
function findOtherRelease(
  { commit, release, digest }: BranchStanding,
  tip: string,
  live: string,
): ChangeRefusal | undefined {
  if (commit !== tip || digest === live) return undefined;
  const message = `release ${release ?? 0} decides, which is not what commit ${tip.slice(0, 12)} has: somebody rolled back, or published by hand; nothing was written`;
  const help = 'have the repository say the same first, by a commit that reverts';
  return { kind: 'conflict', code: 'not-publishable', message, help };
}
