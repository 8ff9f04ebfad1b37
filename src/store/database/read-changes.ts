import type { EntityManager } from 'typeorm';
import { limits } from '../../policy/limits.ts';
import type { DatabaseState, Place, RuntimeAssignment, RuntimeMember } from '../../policy/runtime-member.ts';
import { subjectIdFault } from '../../policy/subject.ts';
import type { EventRow } from './entities.ts';
import type { DatabaseChanges } from './member-change.ts';

/** As a statement of our own gives a membership. */
export interface MemberColumns {
  readonly place_kind: Place['kind'];
  readonly place: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly sequence: number;
}

interface EventColumns {
  readonly token: string;
  readonly kind: EventRow['kind'];
  readonly held_after: string | null;
}

/** The state of the last event; undefined before anything was published. */
export async function readState(manager: EntityManager): Promise<DatabaseState | undefined> {
  const [last] = await manager.query<DatabaseState[]>(
    'SELECT sequence, token FROM rolebook_event ORDER BY sequence DESC LIMIT 1',
  );
  return last;
}

/** Every membership at run time. Not by `find`, which takes four times as long for a hundred thousand. */
export async function readMembers(manager: EntityManager): Promise<RuntimeMember[]> {
  const rows = await manager.query<(MemberColumns & { assignments: string })[]>(
    'SELECT place_kind, place, subject_type, subject_id, assignments, sequence FROM rolebook_member',
  );
  return rows.map((row) => memberOf(row, row.assignments)).filter(({ assignments }) => assignments.length > 0);
}

/**
 * What happened since a state. `unknown`: that state is not in this history, as with another database or one that was
 * restored from a backup, or it is so long ago that to read everything again is faster.
 */
export async function readChanges(manager: EntityManager, since: DatabaseState): Promise<DatabaseChanges | 'unknown'> {
  // Both numbers are of this code, so nothing needs an escape.
  const first = Math.trunc(since.sequence);
  const most = limits.databaseChangesAtOnce;
  const rows = await manager.query<(MemberColumns & EventColumns)[]>(
    `SELECT sequence, token, kind, place_kind, place, subject_type, subject_id, held_after FROM rolebook_event
      WHERE sequence >= ${first} ORDER BY sequence LIMIT ${most + 2}`,
  );
  const [known, ...happened] = rows;
  if (known?.sequence !== first || known.token !== since.token || happened.length > most) return 'unknown';
  const last = happened.at(-1) ?? known;
  const members = new Map<string, RuntimeMember>();
  for (const row of happened) {
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

/**
 * A membership as a row has it. Whose id no door lets in, because it is not read as it is, holds nothing: somebody else
 * wrote the row, and it would be shown as another person's.
 */
export function memberOf(row: MemberColumns, assignments: string): RuntimeMember {
  const isSubject = subjectIdFault(row.subject_id) === undefined;
  return {
    place: { kind: row.place_kind, id: row.place },
    subject: { type: row.subject_type, id: row.subject_id },
    assignments: isSubject ? (JSON.parse(assignments) as RuntimeAssignment[]) : [],
    sequence: row.sequence,
  };
}
