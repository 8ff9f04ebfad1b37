import { RolebookError } from '../policy/errors.ts';
import { askGit, gitFailure } from './git-command.ts';

/** The repository that a policy directory lies in. */
export interface GitRepository {
  /** The policy directory. */
  readonly root: string;
  /** The policy directory as the repository names it: empty, or with a slash at its end. */
  readonly prefix: string;
  /** Whether its history was cut off when it was cloned. */
  readonly isShallow: boolean;
}

/** Finds the repository; `shown` is the policy directory as the user wrote it. */
export async function openGitRepository(root: string, shown: string): Promise<GitRepository> {
  const answer = await askGit(root, ['rev-parse', '--is-shallow-repository', '--show-prefix']);
  if (answer.exitCode !== 0) throw describeRefusal(answer.stderr, shown);
  const [isShallow, ...prefix] = answer.stdout.toString().split('\n');
  return { root, prefix: prefix.slice(0, -1).join('\n'), isShallow: isShallow === 'true' };
}

function describeRefusal(stderr: string, shown: string): RolebookError {
  if (stderr.includes('dubious ownership')) {
    const help = 'if you trust it: `git config --global --add safe.directory` and the folder of the repository';
    return new RolebookError('configuration', `git does not read \`${shown}\`, because it is somebody else's`, {
      help,
    });
  }
  if (stderr.includes('not a git repository')) {
    const help = 'who gains and who loses is told between a commit and the files; run `git init` and commit a policy';
    return new RolebookError('configuration', `\`${shown}\` is not in a git repository`, { help });
  }
  return gitFailure('open the repository', { exitCode: 128, stdout: Buffer.alloc(0), stderr });
}

/** The commit that a name means; undefined when it means none. */
export async function resolveCommit({ root }: GitRepository, ref: string): Promise<string | undefined> {
  // Behind `--end-of-options` a name that begins with a dash is a name.
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { exitCode, stdout } = await askGit(root, args);
  const commit = stdout.toString().trim();
  return exitCode === 0 && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
}

/** Earlier states of the policy, newest first, that of the commit itself left out. */
export async function earlierCommits({ root }: GitRepository, commit: string, most: number): Promise<string[]> {
  const paths = ['--', 'roles.yaml', 'model.conf', 'policies'];
  const answer = await askGit(root, ['rev-list', '--first-parent', `--max-count=${most + 1}`, commit, ...paths]);
  if (answer.exitCode !== 0) return [];
  const [, ...earlier] = answer.stdout.toString().trim().split('\n');
  return earlier;
}
