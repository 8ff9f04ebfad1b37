import type { Stats } from 'node:fs';
import { currentUser, formatMode } from './private-folder.ts';

/** Why an open file is not one that this user alone can read and write, as the end of a sentence. */
export function privateFileFault(stats: Stats, user = currentUser()): string | undefined {
  if (!stats.isFile()) return 'is not a file';
  if (user === undefined) return undefined;
  if (stats.uid !== user) return `belongs to another user (${stats.uid})`;
  const isOpen = (stats.mode & 0o077) !== 0;
  return isOpen ? `is open to others (mode ${formatMode(stats.mode)}), and has to be 0600` : undefined;
}
