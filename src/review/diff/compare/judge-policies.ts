import type { ComparedPolicies } from '../matching/compared-policies.ts';
import { ShareCompiler, type FaultyPolicy, type PolicyChange } from './compile-share.ts';
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
