import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { DatabaseState, Place, RuntimeAssignment } from '../../../policy/runtime-member.ts';
import type { SubjectId } from '../../../policy/subject.ts';
import { events, type EventRow } from '../tables/entities.ts';
import { insertRows } from '../tables/insert-rows.ts';
import { compareText } from '../../../policy/position.ts';

/** A membership that changed, as the history keeps it. */
export interface MemberEvent {
  readonly place: Place;
  readonly subject: SubjectId;
  readonly before: readonly RuntimeAssignment[];
  readonly after: readonly RuntimeAssignment[];
  /** Undefined: who published. */
  readonly actorType: string | undefined;
  readonly actorId: string;
  readonly reason: string | undefined;
  /** The release whose publication did it. */
  readonly release: number | undefined;
}

export interface ReleaseEvent {
  readonly release: number;
  /** Undefined: who published. */
  readonly actorType?: string | undefined;
  readonly actorId: string;
  readonly reason?: string | undefined;
}

/**
 * Adds to the end of the history and answers the state after each of them. Only for who has the lock: the next sequence
 * is the last one and one more, so the order of sequences is the order of commits, and none is left out. `happenedAt` is
 * what `readHistoryTime` told in this transaction.
 */
export async function appendEvents(
  manager: EntityManager,
  last: DatabaseState | undefined,
  drafts: readonly (MemberEvent | ReleaseEvent)[],
  happenedAt: string,
): Promise<readonly DatabaseState[]> {
  const rows = drafts.map((draft, index): EventRow => ({
    ...none,
    sequence: (last?.sequence ?? 0) + index + 1,
    token: randomBytes(16).toString('hex'),
    happenedAt,
    ...('place' in draft ? memberColumns(draft) : releaseColumns(draft)),
  }));
  await insertRows(manager, events, rows);
  return rows.map(({ sequence, token }) => ({ sequence, token }));
}

const none = {
  release: null,
  placeKind: null,
  place: null,
  subjectType: null,
  subjectId: null,
  actorType: null,
  reason: null,
  heldBefore: null,
  heldAfter: null,
};

function releaseColumns({
  release,
  actorType,
  actorId,
  reason,
}: ReleaseEvent): Pick<EventRow, 'kind' | 'release' | 'actorType' | 'actorId' | 'reason'> {
  return { kind: 'release', release, actorType: actorType ?? null, actorId, reason: reason ?? null };
}

function memberColumns(draft: MemberEvent): Omit<EventRow, 'sequence' | 'token' | 'happenedAt'> {
  const { place, subject, before, after, actorType, actorId, reason, release } = draft;
  return {
    kind: 'member',
    release: release ?? null,
    placeKind: place.kind,
    place: place.id,
    subjectType: subject.type,
    subjectId: subject.id,
    actorType: actorType ?? null,
    actorId,
    reason: reason ?? null,
    heldBefore: before.length === 0 ? null : assignmentsText(before),
    heldAfter: after.length === 0 ? null : assignmentsText(after),
  };
}

/** Assignments as they are stored: the same ones are the same text, in whatever order they came. */
export function assignmentsText(assignments: readonly RuntimeAssignment[]): string {
  const texts = assignments.map(({ role, handedOver, from, until, reason }) =>
    JSON.stringify({ role, handedOver, from, until, reason }),
  );
  return `[${[...new Set(texts)].sort(compareText).join(',')}]`;
}
