import type { EntityManager } from 'typeorm';
import type { PolicySet } from '../../../policy/policy-set.ts';
import type { DatabaseRevision } from '../../../policy/text/revision-text.ts';
import { endedUnasked } from '../../../review/members/runtime-moves.ts';
import type { Database } from '../database.ts';
import { planSettlement } from '../members/settle-members.ts';
import { ChangesNotPulled, requirePulled } from '../releases/held-changes.ts';
import type { ReadFile } from '../releases/release.ts';
import { PublicationRefused, readPublishedPolicy, requireKeptRules } from '../releases/require-kept-rules.ts';
import { releases } from '../tables/entities.ts';

/** Files that are to be published as things are, if nobody agrees to what that would end. */
export interface ForeseenPublication {
  readonly policy: PolicySet;
  readonly files: readonly ReadFile[];
  readonly pulled: readonly DatabaseRevision[];
  readonly atMs: number;
  /** The commit that they undo. */
  readonly undoes: string | undefined;
}

/** Why a publication would be refused, as the end of a sentence; undefined: it would not be. Nothing is written. */
export async function foreseeRefusal(
  manager: EntityManager,
  url: Database['url'],
  { policy, files, pulled, atMs, undoes }: ForeseenPublication,
): Promise<string | undefined> {
  const [newest] = await manager.find(releases, { order: { sequence: 'DESC' }, take: 1 });
  try {
    if (newest) await requirePulled(manager, url, newest.sequence, { files, pulled });
    const plan = await planSettlement(manager, policy, { undoes }, () => readPublishedPolicy(manager, url, atMs));
    const ended = endedUnasked(plan.moves).length;
    if (ended > 0) return `it would end ${ended === 1 ? '1 membership' : `${ended} memberships`} given at run time`;
    await requireKeptRules(manager, url, { policy, rulesAtMs: atMs }, plan);
    return undefined;
  } catch (error) {
    if (error instanceof ChangesNotPulled) return error.message;
    if (error instanceof PublicationRefused) return error.broken[0]?.message ?? error.message;
    throw error;
  }
}
