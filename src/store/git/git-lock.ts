import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findGitPlace } from './git-place.ts';

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
  const place = await findGitPlace(root);
  return place && join(place.folder, 'index.lock');
}
