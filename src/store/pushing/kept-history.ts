import { limits } from '../../policy/limits.ts';
import { readCutCommits } from '../committing/commit-log.ts';
import { gitFailure, tellGit } from '../git/git-command.ts';
import type { WritingClone } from './writing-clone.ts';

// Clocks of those who commit differ.
const slackMs = 60 * 60 * 1000;

/** Fetches the history as far back as keys are kept, where it is shorter; whether it was. */
export async function deepenForKeys(clone: WritingClone, nowMs: number): Promise<boolean> {
  let isDeeper = false;
  while ((await readNewestCut(clone)) > nowMs - limits.idempotencyKeyMs - slackMs) {
    if (!(await clone.deepen())) break;
    isDeeper = true;
  }
  return isDeeper;
}

/** When the newest of the commits was made at which the clone ends. */
async function readNewestCut({ repository }: WritingClone): Promise<number> {
  const cut = await readCutCommits(repository);
  if (cut.size === 0) return Number.NEGATIVE_INFINITY;
  const args = ['log', '--no-walk=unsorted', '--no-show-signature', '--format=%ct', '--stdin'];
  const { exitCode, stdout, stderr } = await tellGit(repository, args, { input: `${[...cut].join('\n')}\n` });
  if (exitCode !== 0) throw gitFailure('tell how old the history is', stderr);
  return Math.max(
    ...stdout
      .toString()
      .trim()
      .split('\n')
      .map((seconds) => Number(seconds) * 1000),
  );
}
