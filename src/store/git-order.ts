import { askGit } from './git-command.ts';
import type { GitRepository } from './git-repository.ts';

/** Whether a commit is one that another one builds upon. False when git cannot tell. */
export async function isOlderCommit(repository: GitRepository, commit: string, other: string): Promise<boolean> {
  const [older, newer] = [commit, other].map((name) => name.replace(/-dirty$/, ''));
  const isHash = [older, newer].every((name) => name !== undefined && /^[0-9a-f]{40,64}$/.test(name));
  if (!isHash || older === undefined || newer === undefined || older === newer) return false;
  const answer = await askGit(repository, ['merge-base', '--is-ancestor', older, newer]).catch(() => undefined);
  return answer?.exitCode === 0;
}
