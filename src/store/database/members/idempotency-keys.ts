import { LessThan, type EntityManager } from 'typeorm';
import { limits } from '../../../policy/limits.ts';
import type { RuntimeMember } from '../../../policy/runtime-member.ts';
import { events, idempotencyKeys } from '../tables/entities.ts';
import { insertRows } from '../tables/insert-rows.ts';
import { MemberChangeRefused, type Idempotency, type MemberChangeResult } from './member-change.ts';

/** What the same request was answered before, or why it is not the same; undefined when the key is new. */
export async function findAnswer(
  manager: EntityManager,
  { key, digest }: Idempotency,
  atMs: number,
): Promise<MemberChangeResult | { readonly refusal: MemberChangeRefused } | undefined> {
  const row = await manager.findOneBy(idempotencyKeys, { key });
  if (!row || row.keptAt < oldest(atMs)) return undefined;
  if (row.digest !== digest) {
    const message = 'the idempotency key was used before, with another request';
    return { refusal: new MemberChangeRefused('idempotency-key-reused', message) };
  }
  const { before, after, state } = JSON.parse(row.answer) as MemberChangeResult;
  return { before, after: after && (await withToken(manager, after)), state, outcome: 'repeated' };
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
  atMs: number,
): Promise<void> {
  await manager.delete(idempotencyKeys, { keptAt: LessThan(oldest(atMs)) });
  const keptAt = new Date(atMs).toISOString();
  await insertRows(manager, idempotencyKeys, [{ key, digest, keptAt, answer: JSON.stringify(result) }]);
}

function oldest(atMs: number): string {
  return new Date(atMs - limits.idempotencyKeyMs).toISOString();
}
