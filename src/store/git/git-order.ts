import { askGit } from './git-command.ts';
import type { GitRepository } from './git-repository.ts';

/** The commits that one builds upon, itself first, `most` of them. None when git cannot tell. */
export async function listHistory(repository: GitRepository, commit: string, most: number): Promise<readonly string[]> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return [];
  const answer = await askGit(repository, ['rev-list', `--max-count=${most}`, commit]).catch(() => undefined);
  return answer?.exitCode === 0 ? answer.stdout.toString().trim().split('\n') : [];
}

/** Whether a commit is one that another one builds upon. False when git cannot tell. */
export async function isOlderCommit(repository: GitRepository, commit: string, other: string): Promise<boolean> {
  const [older, newer] = [commit, other].map((name) => name.replace(/-dirty$/, ''));
  const isHash = [older, newer].every((name) => name !== undefined && /^[0-9a-f]{40,64}$/.test(name));
  if (!isHash || older === undefined || newer === undefined || older === newer) return false;
  const answer = await askGit(repository, ['merge-base', '--is-ancestor', older, newer]).catch(() => undefined);
  return answer?.exitCode === 0;
}
