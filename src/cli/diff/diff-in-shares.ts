import { splitPolicies, type PolicyShares } from '../../review/diff/compare/policy-shares.ts';
import type { ParsedElsewhere } from '../../compile/incremental/workspace-source.ts';
import type { ComparedPolicies } from '../../review/diff/matching/compared-policies.ts';
import {
  mergeJudgements,
  ShareJudge,
  type JudgedChange,
  type ShareJudgement,
} from '../../review/diff/compare/judge-share.ts';
import { shareUnchanged } from '../../store/git/git-policy-files.ts';
import type { CommandIo } from '../command/command-io.ts';
import type { JudgedDiff } from './diff-judgement.ts';
import type { DiffReading } from './diff-reading.ts';
import { ProgressBar } from '../report/progress-bar.ts';

/**
 * Judges a change in so many shares, one after the other, so that no more than one of them is in memory. Undefined when
 * only the whole can tell: when a file has an error on either side, when there is no policy to compare with, when
 * something crosses the shares.
 */
export async function judgeInShares(
  { base, files }: Pick<DiffReading, 'base' | 'files'>,
  count: number,
  parsed: ParsedElsewhere | undefined,
  nowMs: number,
  io: CommandIo,
): Promise<JudgedDiff | undefined> {
  if (!base?.files) return undefined;
  const shares = splitPolicies(shareUnchanged(base.files, files), files, count);
  const bar = new ProgressBar(io);
  // The bar reckons with steps, and with three for a file.
  const show = (done: number): void => {
    bar.show({ done: (done / shares.shares.length) * files.length, total: files.length * 3 });
  };
  try {
    const judged = await judgeShares(shares, parsed, nowMs, show);
    if (!judged) return undefined;
    const { compared, change } = judged;
    const { commit, how } = base;
    return {
      base: { commit, how, problems: [], standIn: undefined },
      revisions: { base: change.revisions.before, files: change.revisions.after },
      catalogs: { before: compared.before.policy.catalog, after: compared.after.policy.catalog },
      difference: change.difference,
      escalations: change.escalations,
    };
  } finally {
    bar.clear();
  }
}

async function judgeShares(
  { common, shares }: PolicyShares,
  parsed: ParsedElsewhere | undefined,
  nowMs: number,
  show: (done: number) => void,
): Promise<{ change: JudgedChange; compared: ComparedPolicies } | undefined> {
  const judge = new ShareJudge(common, nowMs, parsed);
  const judgements: ShareJudgement[] = [];
  let compared: ComparedPolicies | undefined;
  for (const share of shares) {
    const found = await judge.judge(share);
    if (!found) return undefined;
    judgements.push(found.judgement);
    compared = found.compared;
    show(judgements.length);
  }
  const change = compared && mergeJudgements(judgements, compared);
  return change && compared && { change, compared };
}
