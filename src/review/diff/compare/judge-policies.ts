import type { DigestedFile } from '../../../compile/revision.ts';
import type { RuntimeMember } from '../../../policy/runtime-member.ts';
import type { ComparedPolicies } from '../matching/compared-policies.ts';
import type { PolicySide } from '../matching/policy-difference.ts';
import { joinMembers, ShareCompiler, type FaultyPolicy, type PolicyChange } from './compile-share.ts';
import { judgeShare, mergeJudgements, type JudgedChange, type ShareJudgement } from './judge-share.ts';
import { planShares, splitPolicies } from './policy-shares.ts';

/**
 * Judges a change in as many shares as it is worth making, one after the other, so that no more than one of them is in
 * memory; and again in one share, which is all of it, where these do not tell everything.
 */
export async function judgePolicies(
  change: PolicyChange,
  onProgress: (part: number) => void,
  planned = planFor(change),
): Promise<JudgedChange | FaultyPolicy> {
  const judged = (await judgeInShares(change, planned, onProgress)) ?? (await judgeInShares(change, 1, onProgress));
  if (!judged) throw new Error('one share of the workspaces is all of them');
  return judged;
}

// Whoever is a member at run time is in no file, so nobody knows in which share.
function planFor({ after, members, returning = [] }: PolicyChange): number {
  return members.length + returning.length > 0 ? 1 : planShares(after);
}

/** Two policies that were compiled already by one compiler, so that what is the same in both is the same objects. */
export interface CompiledPolicies {
  readonly before: CompiledPolicy;
  readonly after: CompiledPolicy;
  /** Who holds what at run time, and those of them whom the change can concern. */
  readonly members: readonly RuntimeMember[];
  readonly near: readonly RuntimeMember[];
  /** The latter as they are afterwards, where not the policy alone changes them. */
  readonly nearAfter?: readonly RuntimeMember[];
  readonly nowMs: number;
}

export interface CompiledPolicy extends PolicySide {
  readonly deciding: readonly DigestedFile[];
}

/** The judgement of a change whose sides are compiled: as of all files anew, and only what differs is looked at. */
export async function judgeCompiled({ before, after, ...given }: CompiledPolicies): Promise<JudgedChange> {
  const deciding = { before: before.deciding, after: after.deciding };
  const { members, nowMs } = given;
  const share = joinMembers(before, after, deciding, given);
  const { judgement, compared } = await judgeShare(share, nowMs, 'told');
  const judged = mergeJudgements([judgement], compared, {
    before: before.files,
    after: after.files,
    members,
    nowMs,
  });
  if (!judged) throw new Error('one share of the workspaces is all of them');
  return judged;
}

/**
 * Judges a change in so many shares. Undefined when only one share can tell: when a file of several has an error, which
 * may mean something to the others, or when something crosses them.
 */
export async function judgeInShares(
  change: PolicyChange,
  count: number,
  onProgress: (part: number) => void,
): Promise<JudgedChange | FaultyPolicy | undefined> {
  const { common, shares } = splitPolicies(change.before ?? [], change.after, count);
  const compiler = new ShareCompiler(change, common);
  const judgements: ShareJudgement[] = [];
  let compared: ComparedPolicies | undefined;
  for (const [index, share] of shares.entries()) {
    const compiled = compiler.compile(share, (part) => onProgress((index + part) / shares.length));
    if ('faulty' in compiled) return shares.length === 1 ? compiled : undefined;
    const judged = await judgeShare(compiled, change.nowMs, index === 0 ? 'told' : 'untold');
    judgements.push(judged.judgement);
    compared = judged.compared;
    compiler.forget(share);
  }
  return compared && mergeJudgements(judgements, compared, change);
}
