import type { EntityManager } from 'typeorm';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import { damagedRow } from '../damaged-row.ts';
import { readChanges, readGiven, readMembers, readState } from '../members/read-changes.ts';
import type { ReleaseFiles, ReleaseReading } from '../releases/release-files.ts';
import type { ReadFile } from '../releases/release.ts';

/** The news that a process lacks that knows of a state, all of one moment. */
export type DatabaseUpdate =
  | { readonly kind: 'none' }
  | { readonly kind: 'members'; readonly members: readonly RuntimeMember[]; readonly state: DatabaseState }
  | ReleaseUpdate
  /** There is another release, with the files that were judged already. */
  | { readonly kind: 'judged' };

export interface ReleaseUpdate extends ReleaseReading {
  /** `release`: the members are those that changed; `whole`: they are all. */
  readonly kind: 'release' | 'whole';
  readonly members: readonly RuntimeMember[];
  /** Those of them that somebody changed since, and no publication; undefined: nobody knows. */
  readonly given: readonly RuntimeMember[] | undefined;
  readonly state: DatabaseState;
  /** The sequence of the last event that belongs to a publication. */
  readonly lastOfRelease: number;
}

export interface KnownState {
  /** Undefined: nothing is known. */
  readonly since: DatabaseState | undefined;
  /** Memberships are not as the database has them, so with a release all are read. */
  readonly isAhead?: boolean;
  readonly files: ReleaseFiles;
  /** Files that need not be read again, because they were found bad. */
  readonly judged: readonly ReadFile[] | undefined;
}

/** Reads what happened since a state; everything, when that state is not in the history. Undefined: nothing was published. */
export async function readUpdate(
  manager: EntityManager,
  { since, isAhead, files, judged }: KnownState,
  onAnswer: () => void,
): Promise<DatabaseUpdate | undefined> {
  const changes = since ? await readChanges(manager, since) : 'unknown';
  if (changes !== 'unknown') {
    onAnswer();
    const { state, members, hasRelease } = changes;
    if (state.sequence === since?.sequence) return { kind: 'none' };
    if (!hasRelease) return { kind: 'members', members, state };
  }
  const state = changes === 'unknown' ? await readState(manager) : changes.state;
  if (changes === 'unknown') onAnswer();
  const read = await files.readWith(manager);
  if (!state || !read) return undefined;
  const lastOfRelease = await requireNewest(manager, read);
  if (read.files === judged) return { kind: 'judged' };
  if (changes === 'unknown') {
    return { kind: 'whole', members: await readMembers(manager), given: undefined, state, lastOfRelease, ...read };
  }
  const given = await readGiven(manager, since);
  const reached = { given, state, lastOfRelease, ...read };
  if (isAhead === true) return { kind: 'whole', members: await readMembers(manager), ...reached };
  return { kind: 'release', members: changes.members, ...reached };
}

// An older release may grant what the newest took away.
async function requireNewest(manager: EntityManager, { release }: ReleaseReading): Promise<number> {
  const [found] = await manager.query<{ newest: number | null; last: number | null }[]>(
    'SELECT max(release) AS newest, max(sequence) AS last FROM rolebook_event WHERE release IS NOT NULL',
  );
  if (found?.newest === release.sequence) return found.last ?? 0;
  throw damagedRow(`release ${String(found?.newest ?? 'of the history')}`, 'is not the newest one that is there');
}
