import { execFileSync } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { WrongUsage } from './arguments.ts';
import { atExit, runChild } from './children.ts';
import { repository } from './servers.ts';

/** A commit that was built in a folder of its own. */
export interface Reference {
  readonly commit: string;
  /** Its `bin/rolebook.js`. */
  readonly program: string;
}

/** The commit that a word names. */
export async function findCommit(ref: string): Promise<string> {
  const words = ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`];
  const found = await runChild('git', words, repository).catch(() => '');
  if (found === '') throw new WrongUsage(`there is no commit \`${ref}\``);
  return found.trim();
}

/** Checks a commit out below `folder`, for as long as this process lives, and builds it. */
export async function buildReference(commit: string, folder: string): Promise<Reference> {
  const root = join(folder, 'reference');
  atExit(() => {
    execFileSync('git', ['worktree', 'remove', '--force', root], { cwd: repository, stdio: 'ignore' });
  });
  await runChild('git', ['worktree', 'add', '--quiet', '--detach', root, commit], repository);
  const program = join(root, 'bin/rolebook.js');
  await readFile(program).catch(() => {
    throw new WrongUsage(`the commit ${commit.slice(0, 12)} has no \`bin/rolebook.js\``);
  });
  const [own, other] = await Promise.all(
    [repository, root].map((at) => readFile(join(at, 'package-lock.json'), 'utf8')),
  );
  if (own === other) await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
  // No script of a package is needed: nothing here asks a database.
  else await runChild('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], root);
  await runChild('npm', ['run', '--silent', 'build'], root);
  return { commit, program };
}
