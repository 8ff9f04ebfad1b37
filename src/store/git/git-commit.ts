import type { SourceFile } from '../../compile/file/source-file.ts';
import { withObjects } from './git-objects.ts';
import { isPolicyAt } from './git-policy-files.ts';
import { resolveCommit, type GitRepository } from './git-repository.ts';

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
