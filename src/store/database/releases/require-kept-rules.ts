import type { EntityManager } from 'typeorm';
import { compilePolicy } from '../../../compile/compile-policy.ts';
import { RuntimeMembers } from '../../../engine/runtime-members.ts';
import { RolebookError } from '../../../policy/errors.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import {
  findBrokenRules,
  findTakenHolders,
  newlyBroken,
  type BrokenRule,
} from '../../../review/members/broken-rules.ts';
import { findMissingHolders } from '../../../review/members/holder-rules.ts';
import { applyMoves } from '../../../review/members/runtime-moves.ts';
import type { RuntimeMember } from '../../../policy/runtime-member.ts';
import type { Database } from '../database.ts';
import type { SettlementPlan } from '../members/settle-members.ts';
import { ReleaseFiles } from './release-files.ts';

/** The refusal of a policy under which members at run time would break its rules. Nothing was published. */
export class PublicationRefused extends RolebookError {
  readonly broken: readonly BrokenRule[];

  constructor(broken: readonly BrokenRule[]) {
    const what = broken.length === 1 ? 'a rule' : `${broken.length} rules`;
    const help = 'change these members at run time first, or the roles in the files';
    super('configuration', `members at run time would break ${what} of the policy; nothing was published`, { help });
    this.name = 'PublicationRefused';
    this.broken = broken;
  }
}

/**
 * Throws when a policy would make members at run time break its rules, by moving them or by what their roles come to hold.
 * What they break under the policy that is published already is not held against this one.
 */
export async function requireKeptRules(
  manager: EntityManager,
  url: Database['url'],
  { policy, rulesAtMs: atMs }: { readonly policy: PolicySet; readonly rulesAtMs: number },
  { stored, moves }: SettlementPlan,
): Promise<void> {
  const { exclusive, requiring, roles } = policy.catalog;
  const counts = [...roles.values()].some(({ holders }) => holders !== undefined);
  if (exclusive.length === 0 && requiring.length === 0 && !counts) return;
  const members = stored.map(({ member }) => member);
  const moved = applyMoves(members, moves);
  const after = findBrokenRules(policy, moved, atMs);
  const isMissing = findMissingHolders(policy, new RuntimeMembers(moved)).length > 0;
  if (after.length === 0 && !isMissing) return;
  // Of what cannot be read any more nobody can say what it broke.
  const earlier = await readPublishedPolicy(manager, url, atMs);
  const before = (): { policy: PolicySet; given: RuntimeMember[] } | undefined =>
    earlier && { policy: earlier, given: members };
  const broken = [
    ...newlyBroken(after, () => (earlier ? findBrokenRules(earlier, members, atMs) : [])),
    ...findTakenHolders({ policy, given: moved }, before, atMs),
  ];
  if (broken.length > 0) throw new PublicationRefused(broken);
}

/** The policy that is published now; undefined when it cannot be read any more. */
export async function readPublishedPolicy(
  manager: EntityManager,
  url: Database['url'],
  atMs: number,
): Promise<PolicySet | undefined> {
  const files = new ReleaseFiles({ url, read: (work) => work(manager) });
  const published = await files.readWith(manager).catch(() => undefined);
  return published && compilePolicy(published.files, atMs).policy;
}
