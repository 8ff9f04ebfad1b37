import { LessThan, type EntityManager } from 'typeorm';
import { limits } from '../../../policy/limits.ts';
import { readRevisionAt } from './history-revision.ts';
import type { RuntimeMember } from '../../../policy/runtime-member.ts';
import { events, idempotencyKeys } from '../tables/entities.ts';
import { insertRows } from '../tables/insert-rows.ts';
import {
  MemberChangeRefused,
  type Idempotency,
  type MemberChangeRequest,
  type MemberChangeResult,
} from './member-change.ts';

type KeptAnswer = Omit<MemberChangeResult, 'subject' | 'revision'> &
  Partial<Pick<MemberChangeResult, 'subject' | 'revision'>>;

/** A request that may come again. */
export type KeyedRequest = Pick<MemberChangeRequest, 'subject'> & { readonly idempotency: Idempotency };

/** What the same request was answered before, or why it is not the same; undefined when the key is new. */
export async function findAnswer(
  manager: EntityManager,
  { idempotency: { key, digest }, subject }: KeyedRequest,
  now: string,
): Promise<MemberChangeResult | { readonly refusal: MemberChangeRefused } | undefined> {
  const row = await manager.findOneBy(idempotencyKeys, { key });
  if (!row || row.keptAt < oldest(now)) return undefined;
  if (row.digest !== digest) {
    const message = 'the idempotency key was used before, with another request';
    return { refusal: new MemberChangeRefused('idempotency-key-reused', message) };
  }
  const kept = JSON.parse(row.answer) as KeptAnswer;
  const { before, state } = kept;
  const after = kept.after && (await withToken(manager, kept.after));
  // Answers that an earlier version kept say neither of them.
  const revision = kept.revision ?? (await readRevisionAt(manager, state.sequence));
  const { replaced } = kept;
  return {
    subject: kept.subject ?? subject,
    before,
    after,
    ...(replaced && { replaced }),
    state,
    revision,
    outcome: 'repeated',
  };
}

// Answers that an earlier version kept have no tokens.
async function withToken(manager: EntityManager, member: RuntimeMember): Promise<RuntimeMember> {
  if ('token' in member) return member;
  const { sequence } = member as RuntimeMember;
  const event = await manager.findOneBy(events, { sequence });
  return { ...(member as RuntimeMember), token: event?.token ?? '' };
}

export async function keepAnswer(
  manager: EntityManager,
  { key, digest }: Idempotency,
  result: MemberChangeResult,
  now: string,
): Promise<void> {
  await manager.delete(idempotencyKeys, { keptAt: LessThan(oldest(now)) });
  await insertRows(manager, idempotencyKeys, [{ key, digest, keptAt: now, answer: JSON.stringify(result) }]);
}

function oldest(now: string): string {
  return new Date(Date.parse(now) - limits.idempotencyKeyMs).toISOString();
}
