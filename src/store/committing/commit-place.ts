import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { askGit, askGitToFind, gitFailure, gitTimeoutMs } from '../git/git-command.ts';
import { findGitPlace, identifyGitPlace, type GitPlace } from '../git/git-place.ts';
import { confirmGitPlace, type GitRepository } from '../git/git-repository.ts';
import { RefusedCommit } from './refused-commit.ts';

/** The branch that is checked out, and the commit it names. */
export interface BranchTip {
  /** In full, as `refs/heads/main`. */
  readonly branch: string;
  readonly commit: string;
}

/** The repository in which changes of a policy directory are committed. Git is asked about it once for as long as it is the same one. */
export class CommitPlace {
  readonly #root: string;
  #known: { readonly repository: GitRepository; readonly identity: string } | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  async open(): Promise<GitRepository> {
    const place = await findGitPlace(this.#root);
    const identity = place && (await identifyGitPlace(place));
    const known = this.#known;
    if (place && known && known.identity === identity) return { ...known.repository, ...place };
    const repository = await openCommitPlace(this.#root);
    this.#known = identity === undefined ? undefined : { repository, identity };
    return repository;
  }
}

/** Finds the repository in which changes of a policy directory are committed. Throws where there can be none. */
export async function openCommitPlace(root: string): Promise<GitRepository> {
  const place = await findGitPlace(root);
  if (place === undefined) {
    const help = 'a change is committed in the work tree that the folder lies in; a bare repository has none';
    throw new RolebookError('configuration', `\`${root}\` is not in a git repository with a work tree`, { help });
  }
  const repository = await confirmGitPlace(place, root, gitTimeoutMs);
  await requireWorkTree(place);
  return repository;
}

async function requireWorkTree(place: GitPlace): Promise<void> {
  const { stdout, stderr } = await askGitToFind(
    place,
    ['rev-parse', '--is-bare-repository', '--show-toplevel'],
    gitTimeoutMs,
  );
  const [isBare, top = ''] = stdout.toString().split('\n');
  if (isBare === 'true') {
    const help = 'set `core.bare` to false if the files beside it are its work tree';
    throw new RolebookError('configuration', `the repository of \`${place.top}\` is bare`, { help });
  }
  if (isBare !== 'false') throw gitFailure('find the work tree', stderr);
  if ((await realpath(top).catch(() => undefined)) === place.top) return;
  const help = 'unset `core.worktree`, or change the policy where the work tree is';
  throw new RolebookError('configuration', `the work tree of the repository of \`${place.top}\` is elsewhere`, {
    help,
  });
}

/** Throws where no change could be committed until somebody changes how the folder is set up. */
export async function requireCommits(place: GitPlace): Promise<void> {
  try {
    await readTip(place);
  } catch (error) {
    // What is in progress comes to its end; until then changes are refused, and decisions are not.
    if (!(error instanceof RefusedCommit) || error.code === 'git-in-progress') return;
    throw new RolebookError('configuration', error.message, {
      ...(error.help === undefined ? {} : { help: error.help }),
      cause: error,
    });
  }
}

/** The branch that is checked out. Throws a RefusedCommit where nothing should be committed now. */
export async function readTip(place: GitPlace): Promise<BranchTip> {
  for (const [name, what] of Object.entries(inProgress)) {
    if (!(await isThere(join(place.folder, name)))) continue;
    const help = 'finish it or stop it there; `git status` says how';
    throw new RefusedCommit('git-in-progress', `a ${what} is in progress in \`${place.top}\``, help);
  }
  const head = await askGit(place, ['symbolic-ref', '--quiet', 'HEAD']);
  const branch = head.stdout.toString().trim();
  if (head.exitCode !== 0 || !branch.startsWith('refs/heads/')) {
    const help = 'check out the branch that changes are to be committed on, as in `git switch main`';
    throw new RefusedCommit('no-branch', `no branch is checked out in \`${place.top}\`: HEAD is detached`, help);
  }
  const tip = await askGit(place, ['rev-parse', '--quiet', '--verify', `${branch}^{commit}`]);
  const commit = tip.stdout.toString().trim();
  if (tip.exitCode === 0 && commit !== '') return { branch, commit };
  const help = 'commit the policy first; then its changes can be committed';
  throw new RefusedCommit('no-branch', `the repository of \`${place.top}\` has no commit yet`, help);
}

/** The commit that is checked out, on whatever branch; undefined: there is none. */
export async function readCheckedOut(place: GitPlace): Promise<string | undefined> {
  const { exitCode, stdout } = await askGit(place, ['rev-parse', '--quiet', '--verify', 'HEAD^{commit}']);
  return exitCode === 0 ? stdout.toString().trim() : undefined;
}

const inProgress: Readonly<Record<string, string>> = {
  MERGE_HEAD: 'merge',
  'rebase-merge': 'rebase',
  'rebase-apply': 'rebase or `git am`',
  CHERRY_PICK_HEAD: 'cherry-pick',
  REVERT_HEAD: 'revert',
  sequencer: 'cherry-pick or revert',
  BISECT_LOG: 'bisect',
};

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
