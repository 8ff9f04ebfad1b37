import { RolebookError } from '../../policy/errors.ts';
import { askGit } from './git-command.ts';
import { withObjects, type GitObjects } from './git-objects.ts';
import { resolveCommit, type GitRepository } from './git-repository.ts';

/** The commit that the files are compared with. */
export interface GitBase {
  readonly commit: string;
  /** How it was found, for a person: the ref `HEAD~1`, the merge base with `origin/main`. */
  readonly how: string;
}

const unshallowHelp =
  'the clone is shallow: fetch its history with `git fetch --unshallow`, or check out with `fetch-depth: 0`';
const nameOneHelp = 'name what to compare with, as in `rolebook diff HEAD~1`';

/** The commit of a ref, or of the place where this branch left the main branch. `env` may say which that is. */
export async function findGitBase(
  repository: GitRepository,
  ref: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GitBase> {
  return withObjects(repository, (objects) =>
    ref === undefined ? findMergeBase(repository, objects, env) : findRef(repository, objects, ref),
  );
}

async function findRef(repository: GitRepository, objects: GitObjects, ref: string): Promise<GitBase> {
  const commit = await resolveCommit(objects, ref);
  if (commit !== undefined) return { commit, how: `the ref \`${ref}\`` };
  const help = repository.isShallow ? unshallowHelp : '`git log --oneline` and `git branch --all` list what there is';
  throw new RolebookError('usage', `there is no commit \`${ref}\``, { help });
}

async function findMergeBase(
  repository: GitRepository,
  objects: GitObjects,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GitBase> {
  const head = await resolveCommit(objects, 'HEAD');
  if (head === undefined) {
    const help = 'commit a policy first; then its changes can be told';
    throw new RolebookError('configuration', 'the repository has no commit yet', { help });
  }
  // GitLab has found the merge base itself.
  const given = env['CI_MERGE_REQUEST_DIFF_BASE_SHA'];
  const commit = given && (await resolveCommit(objects, given));
  if (commit) return { commit, how: 'the merge base that `CI_MERGE_REQUEST_DIFF_BASE_SHA` names' };
  const found: string[] = [];
  for (const branch of mainBranches(env)) {
    const tip = await resolveCommit(objects, branch);
    if (tip === undefined) continue;
    const base = await mergeBase(repository, head, tip);
    if (base !== undefined) return { commit: base, how: `the merge base with \`${branch}\`` };
    found.push(branch);
  }
  throw describeAbsence(repository, found[0], env);
}

// A branch that the CI service names comes first: a pull request need not be for the main branch.
function mainBranches(env: Readonly<Record<string, string | undefined>>): string[] {
  const named = [env['GITHUB_BASE_REF'], env['CI_MERGE_REQUEST_TARGET_BRANCH_NAME']].filter(
    (name): name is string => name !== undefined && name !== '',
  );
  // Any other branch would be a guess about what the pull request is for.
  if (named.length > 0) return named.flatMap((name) => [`origin/${name}`, name]);
  return ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];
}

async function mergeBase(repository: GitRepository, commit: string, other: string): Promise<string | undefined> {
  const { exitCode, stdout } = await askGit(repository, ['merge-base', commit, other]);
  return exitCode === 0 ? stdout.toString().trim().split('\n')[0] : undefined;
}

function describeAbsence(
  { isShallow }: GitRepository,
  branch: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): RolebookError {
  const help = isShallow ? unshallowHelp : nameOneHelp;
  const wanted = mainBranches(env).map((name) => `\`${name}\``);
  const message =
    branch === undefined
      ? `there is no main branch to compare with: looked for ${wanted.join(', ')}`
      : `\`${branch}\` and this branch have no commit in common`;
  return new RolebookError('configuration', message, { help });
}
