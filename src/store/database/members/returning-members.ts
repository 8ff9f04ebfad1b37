import type { EntityManager } from 'typeorm';
import type { ReturningMember } from '../../../review/members/runtime-moves.ts';
import { memberOf, type MemberColumns } from './stored-member.ts';

type ChangeColumns = MemberColumns & { readonly release: number | null; readonly held_before: string | null };

/**
 * The memberships that publications after a release ended or changed, as they were before the first of them did. Where
 * somebody has changed the same member since, that stays: it is newer than what was taken.
 */
export async function readReturning(manager: EntityManager, release: number): Promise<ReturningMember[]> {
  // Numbers of this code, so nothing needs an escape.
  const [found] = await manager.query<{ reached: number | null; taken: number | null }[]>(
    `SELECT (SELECT max(sequence) FROM rolebook_event WHERE release = ${Math.trunc(release)}) AS reached,
      (SELECT min(sequence) FROM rolebook_event WHERE release > ${Math.trunc(release)} AND kind = 'member') AS taken`,
  );
  if (typeof found?.reached !== 'number' || typeof found.taken !== 'number') return [];
  const first = Math.max(found.reached + 1, found.taken);
  const changes = await manager.query<ChangeColumns[]>(
    `SELECT sequence, token, release, place_kind, place, subject_type, subject_id, held_before FROM rolebook_event
      WHERE kind = 'member' AND sequence >= ${Math.trunc(first)} ORDER BY sequence`,
  );
  const taken = new Map<string, ReturningMember>();
  for (const change of changes) {
    const key = JSON.stringify([change.place_kind, change.place, change.subject_type, change.subject_id]);
    if (change.release === null) taken.delete(key);
    else if (!taken.has(key)) taken.set(key, returningOf(change, change.release));
  }
  // Who held nothing before was given something by a publication that gave it back, or renamed the place, and keeps it.
  return [...taken.values()];
}

/**
 * The memberships that one publication ended or changed, as they were before it: what undoes it alone. Where anything has
 * changed the same member since, that stays.
 */
export async function readReturningOf(manager: EntityManager, release: number): Promise<ReturningMember[]> {
  const own = Math.trunc(release);
  const changes = await manager.query<ChangeColumns[]>(
    `SELECT sequence, token, release, place_kind, place, subject_type, subject_id, held_before FROM rolebook_event
      WHERE kind = 'member' AND sequence >= (SELECT min(sequence) FROM rolebook_event WHERE release = ${own}) ORDER BY sequence`,
  );
  const taken = new Map<string, ReturningMember>();
  for (const change of changes) {
    const key = JSON.stringify([change.place_kind, change.place, change.subject_type, change.subject_id]);
    if (change.release !== own) taken.delete(key);
    else if (!taken.has(key)) taken.set(key, returningOf(change, own));
  }
  return [...taken.values()];
}

function returningOf(change: ChangeColumns, release: number): ReturningMember {
  const { place, subject, assignments } = memberOf(change, change.held_before ?? '[]');
  return { place, subject, assignments, release };
}
