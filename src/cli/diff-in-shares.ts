import { splitPolicies, type PolicyShare, type PolicyShares } from '../compile/policy-shares.ts';
import type { SourceFile } from '../compile/source-file.ts';
import type { ComparedPolicies } from '../review/diff/compared-policies.ts';
import { mergeJudgements, ShareJudge, type JudgedChange, type ShareJudgement } from '../review/diff/judge-share.ts';
import { shareUnchanged } from '../store/git-policy-files.ts';
import type { CommandIo } from './command-io.ts';
import type { JudgedDiff } from './diff-judgement.ts';
import type { DiffReading } from './diff-reading.ts';
import type { DiffThreads } from './diff-threads.ts';
import { ProgressBar } from './progress-bar.ts';
import { leaveShares, takeShares } from './share-task.ts';

/**
 * Judges a change in so many shares, in these threads and in this one. Undefined when only the whole can tell: when a
 * file has an error on either side, when there is no policy to compare with, when something crosses the shares; and
 * when a thread fails.
 */
export async function judgeInShares(
  { base, files }: Pick<DiffReading, 'base' | 'files'>,
  count: number,
  threads: DiffThreads,
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
    const judged = await judgeShares(shares, threads, nowMs, show);
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
  shares: PolicyShares,
  threads: DiffThreads,
  nowMs: number,
  show: (done: number) => void,
): Promise<{ change: JudgedChange; compared: ComparedPolicies } | undefined> {
  const found: ShareJudgement[] = [];
  let missing = shares.shares.length;
  const take = (index: number, judgement: ShareJudgement): void => {
    found[index] = judgement;
    missing -= 1;
  };
  const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  threads.judge({ shares: copyOf(shares), nowMs, next }, take);
  const judge = new ShareJudge(shares.common, nowMs);
  let compared: ComparedPolicies | undefined;
  for (const [index, share] of takeShares(shares.shares, next)) {
    const own = await judge.judge(share);
    if (!own) {
      leaveShares(shares.shares, next);
      return undefined;
    }
    take(index, own.judgement);
    compared = own.compared;
    show(index + 1);
  }
  while (missing > 0 && !threads.areOver) await threads.next();
  const change = missing === 0 && compared ? mergeJudgements(found, compared) : undefined;
  return change && compared && { change, compared };
}

/** Content may be a piece of something larger, all of which would be sent. What is the same object stays so. */
function copyOf({ common, shares }: PolicyShares): PolicyShares {
  const copies = new Map<SourceFile, SourceFile>();
  const copy = (file: SourceFile): SourceFile => {
    if ('fault' in file) return file;
    const known = copies.get(file);
    if (known) return known;
    const made = { path: file.path, content: new Uint8Array(file.content) };
    copies.set(file, made);
    return made;
  };
  const copyShare = ({ before, after }: PolicyShare): PolicyShare => ({
    before: before.map(copy),
    after: after.map(copy),
  });
  return { common: copyShare(common), shares: shares.map(copyShare) };
}
