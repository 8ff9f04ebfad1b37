import { createHash, randomBytes } from 'node:crypto';
import { IsNull, type EntityManager } from 'typeorm';
import type { DatabaseState } from '../../../policy/runtime-member.ts';
import { readHistoryTime } from '../members/history-time.ts';
import { readState } from '../members/read-changes.ts';
import { branches, events, releases } from '../tables/entities.ts';

/** A branch of a repository elsewhere, and the folder of it that is published; no secret. */
export interface FollowedBranch {
  readonly url: string;
  /** A full name. */
  readonly ref: string;
  /** Ends with a slash, or is empty. */
  readonly path: string;
}

/** The standing of a branch in a database: how far its commits are published. */
export interface BranchStanding {
  /** The last commit that was published; undefined: none was. */
  readonly commit: string | undefined;
  /** The newest release, whoever published it; undefined: there is none. */
  readonly release: number | undefined;
  /** The digest of its policy. */
  readonly digest: string | undefined;
  /** How many workspaces that has. */
  readonly workspaces: number;
  /** The same for as long as nothing is published, of this branch or otherwise. */
  readonly mark: string;
  /** Of the database, memberships included. */
  readonly state: DatabaseState | undefined;
}

/** Reads how far it is published; to be read before the branch is looked at. */
export async function readStanding(manager: EntityManager, branch: FollowedBranch): Promise<BranchStanding> {
  const row = await manager.findOneBy(branches, { id: idOf(branch) });
  const [newest] = await manager.find(releases, { order: { sequence: 'DESC' }, take: 1 });
  return {
    commit: row?.commit ?? (await findPublishedByHand(manager)),
    release: newest?.sequence,
    digest: newest?.digest,
    workspaces: newest ? workspacesOf(newest.counts) : 0,
    mark: JSON.stringify([newest?.sequence, newest?.publishedAt, row?.token]),
    state: await readState(manager),
  };
}

// Before anybody followed the branch, a pipeline published the commits. What was rolled back since stays so.
async function findPublishedByHand(manager: EntityManager): Promise<string | undefined> {
  const [last] = await manager.find(releases, {
    where: { restores: IsNull() },
    order: { sequence: 'DESC' },
    take: 1,
  });
  return last?.commit ?? undefined;
}

/** The release that a commit was published with, and how far the database was by then; undefined: it has none of its own. */
export async function findPublication(
  manager: EntityManager,
  commit: string,
): Promise<{ readonly revision: string; readonly state: DatabaseState } | undefined> {
  const [release] = await manager.find(releases, { where: { commit }, order: { sequence: 'ASC' }, take: 1 });
  if (!release) return undefined;
  const where = { release: release.sequence };
  const [last] = await manager.find(events, { where, order: { sequence: 'DESC' }, take: 1 });
  return last && { revision: release.revision, state: { sequence: last.sequence, token: last.token } };
}

/** Notes that a commit is published; in the transaction in which it is. */
export async function noteCommit(
  manager: EntityManager,
  branch: FollowedBranch,
  { commit, release }: { readonly commit: string; readonly release: number },
): Promise<void> {
  const token = randomBytes(8).toString('hex');
  const publishedAt = await readHistoryTime(manager);
  const { url, ref, path } = branch;
  await manager.upsert(branches, { id: idOf(branch), url, ref, path, commit, release, token, publishedAt }, ['id']);
}

function idOf({ url, ref, path }: FollowedBranch): string {
  return createHash('sha256')
    .update(JSON.stringify([url, ref, path]))
    .digest('hex');
}

// What cannot be read is told by whoever reads the release.
function workspacesOf(counts: string): number {
  try {
    return Number((JSON.parse(counts) as { workspaces?: unknown }).workspaces ?? 0);
  } catch {
    return 0;
  }
}
