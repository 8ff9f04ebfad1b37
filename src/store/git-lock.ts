import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const askAgainMs = 10;

// A lock this old was left behind by a git that crashed, or belongs to a commit whose message somebody is writing.
const abandonedMs = 10_000;

/**
 * Waits while git is changing the files: `git checkout` and `git pull` hold the repository's lock from the first file
 * to the last, and in between the files are half of one commit and half of another.
 */
export async function waitForGit(root: string): Promise<void> {
  const lock = await findLock(root);
  const startedMs = Date.now();
  while (lock !== undefined && Date.now() - startedMs < abandonedMs) {
    const stats = await stat(lock).catch(() => undefined);
    if (!stats || Date.now() - stats.mtimeMs > abandonedMs) return;
    await pause(askAgainMs);
  }
}

async function findLock(root: string): Promise<string | undefined> {
  const folder = await findGitFolder(root);
  return folder === undefined ? undefined : join(folder, 'index.lock');
}

/** Where git keeps what belongs to the work tree that `root` lies in: its HEAD, its index, its lock. */
export async function findGitFolder(root: string): Promise<string | undefined> {
  for (let folder = root; ; folder = dirname(folder)) {
    const repository = await openRepository(join(folder, '.git'));
    if (repository !== undefined) return repository;
    if (dirname(folder) === folder) return undefined;
  }
}

// `.git` is a folder, or in a linked worktree a file that names one.
async function openRepository(path: string): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory()) return path;
  if (!stats?.isFile()) return undefined;
  const [, target] = /^gitdir: (.+)$/m.exec(await readFile(path, 'utf8').catch(() => '')) ?? [];
  return target === undefined ? undefined : resolve(dirname(path), target);
}
