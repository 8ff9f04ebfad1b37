import type { WrittenCommit } from '../remote/remote-files.ts';
import { isAncestor } from './writing-clone.ts';

/** A commit that was made in a clone and is on the branch. */
export function pushedCommit(folder: string, commit: string): WrittenCommit {
  const place = { top: folder, folder, prefix: '' };
  return { folder, commit, follows: (older) => isAncestor(place, older, commit) };
}
