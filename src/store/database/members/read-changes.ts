import type { EntityManager } from 'typeorm';
import { isWholeToken } from '../../../policy/text/history-token.ts';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import { damagedRow } from '../damaged-row.ts';
import type { MissedChanges } from './member-change.ts';
import { memberOf, type MemberColumns } from './stored-member.ts';

interface EventColumns extends MemberColumns {
  readonly kind: string;
  readonly release: number | null;
  readonly held_after: string | null;
}

/** The state of the last event; undefined before anything was published. */
export async function readState(manager: EntityManager): Promise<DatabaseState | undefined> {
  const [last] = await manager.query<DatabaseState[]>(
    'SELECT sequence, token FROM rolebook_event ORDER BY sequence DESC LIMIT 1',
  );
  if (last && !isState(last)) throw damagedRow(`event ${String(last.sequence)}`, 'has no token');
  return last;
}

function isState({ sequence, token }: DatabaseState): boolean {
  return Number.isSafeInteger(sequence) && typeof token === 'string' && isWholeToken(token);
}

/** Every membership at run time. Not by `find`, which takes four times as long for a hundred thousand. */
export async function readMembers(manager: EntityManager): Promise<RuntimeMember[]> {
  const rows = await manager.query<(MemberColumns & { assignments: string })[]>(
    'SELECT place_kind, place, subject_type, subject_id, assignments, sequence, token FROM rolebook_member',
  );
  return rows.map((row) => memberOf(row, row.assignments)).filter(({ assignments }) => assignments.length > 0);
}

/**
 * What happened since a state. `unknown`: that state is not in this history, as with another database or one that was
 * restored from a backup, or it is so long ago that to read everything again is faster.
 */
export async function readChanges(manager: EntityManager, since: DatabaseState): Promise<MissedChanges | 'unknown'> {
  // Both numbers are of this code, so nothing needs an escape.
  const first = Math.trunc(since.sequence);
  const most = limits.databaseChangesAtOnce;
  const rows = await manager.query<EventColumns[]>(
    `SELECT sequence, token, kind, release, place_kind, place, subject_type, subject_id, held_after FROM rolebook_event
      WHERE sequence >= ${first} ORDER BY sequence LIMIT ${most + 2}`,
  );
  const [known, ...happened] = rows;
  if (known?.sequence !== first || known.token !== since.token || happened.length > most) return 'unknown';
  // Where one is missing nobody knows what it took away.
  if (happened.some(({ sequence }, index) => sequence !== first + 1 + index)) return 'unknown';
  const last = happened.at(-1) ?? known;
  const members = new Map<string, RuntimeMember>();
  for (const row of happened) {
    requireKind(row);
    if (row.kind !== 'member') continue;
    const key = JSON.stringify([row.place_kind, row.place, row.subject_type, row.subject_id]);
    members.set(key, memberOf(row, row.held_after ?? '[]'));
  }
  return {
    state: { sequence: last.sequence, token: last.token },
    members: [...members.values()],
    hasRelease: happened.some(({ kind }) => kind === 'release'),
  };
}

/** The last value of each membership that somebody changed since a state, whatever publications did; `readChanges` knows the state. */
export async function readGiven(manager: EntityManager, since: DatabaseState | undefined): Promise<RuntimeMember[]> {
  const rows = await manager.query<EventColumns[]>(
    `SELECT sequence, token, kind, release, place_kind, place, subject_type, subject_id, held_after FROM rolebook_event
      WHERE sequence > ${Math.trunc(since?.sequence ?? 0)} AND kind = 'member' AND release IS NULL ORDER BY sequence`,
  );
  const members = new Map<string, RuntimeMember>();
  for (const row of rows) {
    requireKind(row);
    const key = JSON.stringify([row.place_kind, row.place, row.subject_type, row.subject_id]);
    members.set(key, memberOf(row, row.held_after ?? '[]'));
  }
  return [...members.values()];
}

// To pass over what is not understood would be to miss that somebody lost a role.
function requireKind(row: EventColumns): void {
  const { sequence, kind, release, place } = row;
  if (!isState(row)) throw damagedRow(`event ${String(sequence)}`, 'has no token');
  const isRight = kind === 'release' ? release !== null && place === null : kind === 'member' && place !== null;
  if (!isRight) throw damagedRow(`event ${String(sequence)}`, 'is neither a publication nor a change of a membership');
}
