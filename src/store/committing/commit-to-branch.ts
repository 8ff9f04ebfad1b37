import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { askGit, askGitToFind, gitTimeoutMs, tellGit } from '../git/git-command.ts';
import type { GitPlace } from '../git/git-place.ts';
import { openCommitPlace } from './commit-place.ts';
import { parseGitPerson, type GitPerson } from './git-person.ts';
import { planCommit } from './make-commit.ts';
import { RefusedCommit } from './refused-commit.ts';
import type { TouchedFile } from './touched-files.ts';

/** A commit that is to stand on a branch of its own. */
export interface NewBranch {
  /** Without `refs/heads/`. There may be none of that name. */
  readonly branch: string;
  readonly message: string;
  readonly atMs: number;
}

/** Who commits where git knows nobody. */
const nobody: GitPerson = { name: 'rolebook', mail: 'rolebook@localhost' };

/**
 * Makes a commit of some files upon the one that is checked out, on a new branch. The files, the index and the branch that
 * is checked out stay as they are. Throws where there is such a branch, or a RefusedCommit where a file has changes.
 */
export async function commitToBranch(
  root: string,
  touched: readonly TouchedFile[],
  { branch, message, atMs }: NewBranch,
): Promise<string> {
  const place = await openCommitPlace(root);
  const ref = `refs/heads/${branch}`;
  await requireNewBranch(place, branch, ref);
  const person = await whoCommits(place);
  const passing = join(place.folder, `rolebook-index-${randomBytes(6).toString('hex')}`);
  const { commit } = await planCommit({ place, message, author: person, committer: person, atMs }, touched, passing);
  // All zeros: nobody may have made it meanwhile.
  const { exitCode } = await tellGit(place, ['update-ref', ref, commit, '0'.repeat(commit.length)]);
  if (exitCode !== 0) throw new RefusedCommit('git-moved', `the branch \`${branch}\` cannot be made`);
  return commit;
}

async function requireNewBranch(place: GitPlace, branch: string, ref: string): Promise<void> {
  const checked = await askGit(place, ['check-ref-format', ref]);
  if (checked.exitCode !== 0 || branch.startsWith('-')) {
    const help = 'as in `review/2026-q4`';
    throw new RolebookError('usage', `\`${branch}\` cannot be the name of a branch`, { help });
  }
  const found = await askGit(place, ['rev-parse', '--quiet', '--verify', ref]);
  if (found.exitCode !== 0) return;
  throw new RolebookError('usage', `there is a branch \`${branch}\``, { help: 'name another, or delete that one' });
}

// As git itself would sign what somebody commits here.
async function whoCommits(place: GitPlace): Promise<GitPerson> {
  const { exitCode, stdout } = await askGitToFind(place, ['var', 'GIT_AUTHOR_IDENT'], gitTimeoutMs);
  const [, person] = /^(.*>) \d+ [+-]\d+\s*$/s.exec(stdout.toString()) ?? [];
  if (exitCode !== 0 || person === undefined) return nobody;
  try {
    return parseGitPerson(person, 'user.name');
  } catch {
    return nobody;
  }
}
