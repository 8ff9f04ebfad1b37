import { realpath } from 'node:fs/promises';
import { RolebookError } from '../../policy/errors.ts';
import { askGit, askGitToFind, gitFailure, gitTimeoutMs } from './git-command.ts';
import type { GitObjects } from './git-objects.ts';
import { findGitPlace, type GitPlace } from './git-place.ts';

/** A repository that git takes for the one that was found, and for the user's own. */
export interface GitRepository extends GitPlace {
  /** Whether its history was cut off when it was cloned. */
  readonly isShallow: boolean;
}

/** Finds the repository that a policy directory lies in; `shown` is the directory as the user wrote it. */
export async function openGitRepository(root: string, shown: string): Promise<GitRepository> {
  const place = await findGitPlace(root);
  if (place === undefined) throw describeRefusal('not a git repository', shown);
  return confirmGitPlace(place, shown, gitTimeoutMs);
}

/** Has git say that it reads this very repository; it does not read one that is somebody else's. */
export async function confirmGitPlace(place: GitPlace, shown: string, timeoutMs: number): Promise<GitRepository> {
  const question = ['rev-parse', '--absolute-git-dir', '--is-shallow-repository'];
  const { exitCode, stdout, stderr } = await askGitToFind(place, question, timeoutMs);
  if (exitCode !== 0) throw describeRefusal(stderr, shown);
  const lines = stdout.toString().split('\n').slice(0, -1);
  const isShallow = lines.pop() === 'true';
  const found = await realpath(lines.join('\n')).catch(() => undefined);
  if (found !== place.folder) throw describeRefusal('not a git repository', shown);
  return { ...place, isShallow };
}

function describeRefusal(stderr: string, shown: string): RolebookError {
  if (stderr.includes('dubious ownership')) {
    const help = 'if you trust it: `git config --global --add safe.directory` and the folder of the repository';
    return new RolebookError('configuration', `git does not read \`${shown}\`, because it is somebody else's`, {
      help,
    });
  }
  if (stderr.includes('not a git repository') || stderr.includes('cannot use bare repository')) {
    const help = 'who gains and who loses is told between a commit and the files; run `git init` and commit a policy';
    return new RolebookError('configuration', `\`${shown}\` is not in a git repository`, { help });
  }
  return gitFailure('open the repository', stderr);
}

/** The commit that a name means; undefined when it means none. */
export async function resolveCommit(objects: GitObjects, ref: string): Promise<string | undefined> {
  // Git reads the name as a line, not as an argument, so a name that begins with a dash is a name.
  const found = await objects.read(`${ref}^{commit}`, 0);
  return found.kind === 'commit' ? found.object : undefined;
}

/** Earlier states of the policy, newest first, that of the commit itself left out. */
export async function earlierCommits(repository: GitRepository, commit: string, most: number): Promise<string[]> {
  const paths = ['roles.yaml', 'model.conf', 'policies'].map((path) => `${repository.prefix}${path}`);
  const question = ['rev-list', '--first-parent', `--max-count=${most + 1}`, commit, '--', ...paths];
  const answer = await askGit(repository, question);
  if (answer.exitCode !== 0) return [];
  const [, ...earlier] = answer.stdout.toString().trim().split('\n');
  return earlier;
}
