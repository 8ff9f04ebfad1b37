import { parentPort } from 'node:worker_threads';
import { ShareJudge } from '../review/diff/judge-share.ts';
import { leaveShares, takeShares, type ShareAnswer, type ShareTask } from './share-task.ts';

/* What a thread of `rolebook diff` runs. It ends with the shares. */

parentPort?.once('message', (task: ShareTask) => void judgeShares(task));

async function judgeShares({ shares: { common, shares }, nowMs, next }: ShareTask): Promise<void> {
  const judge = new ShareJudge(common, nowMs);
  for (const [index, share] of takeShares(shares, next)) {
    const judgement = (await judge.judge(share))?.judgement;
    parentPort?.postMessage({ index, judgement } satisfies ShareAnswer);
    if (!judgement) leaveShares(shares, next);
  }
}
