import type { SourceFile } from '../../compile/file/policy-files.ts';
import { withObjects } from './git-objects.ts';
import { isPolicyAt } from './git-policy-files.ts';
import { resolveCommit, type GitRepository } from './git-repository.ts';
import { askGit } from './git-command.ts';

/** Beside a reload nobody waits longer for the name of a commit. */
export const commitTimeoutMs = 2000;

/**
 * The commit that is checked out, with `-dirty` behind it when the files that decide are others than it holds. They are
 * compared by what was read of them: git, which would run what a `.gitattributes` of the author names, is never given a
 * file to look at. Undefined before the first commit, without git, or when git takes too long.
 */
export async function readGitCommit(
  repository: GitRepository,
  files: readonly SourceFile[],
): Promise<string | undefined> {
  const read = withObjects(
    repository,
    async (objects) => {
      const commit = await resolveCommit(objects, 'HEAD');
      if (commit === undefined) return undefined;
      return (await isPolicyAt(objects, repository, commit, files)) ? commit : `${commit}-dirty`;
    },
    commitTimeoutMs,
  );
  return read.catch(() => undefined);
}

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
