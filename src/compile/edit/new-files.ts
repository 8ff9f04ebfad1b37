import { isPlaceId } from '../../policy/ids.ts';
import { quote } from '../words/describe-value.ts';
import type { EditGround } from './edit-ground.ts';
import { RefusedEdit } from './policy-edit.ts';

/** Refuses what cannot be an id: it would be a part of a path. */
export function requirePlaceId(id: string): void {
  if (isPlaceId(id)) return;
  const help = 'letters, digits, `.`, `_` and `-`, starting with a letter or a digit, 64 at most';
  throw new RefusedEdit('bad-id', `${quote(id)} cannot be an id`, help);
}

/** Refuses a file that is there. On some disks two names are one that differ in case alone. */
export function requireNewFile(ground: EditGround, file: string): void {
  const known = ground.paths.find((path) => path.toLowerCase() === file.toLowerCase());
  if (known === undefined) return;
  throw new RefusedEdit('file-exists', `there is a file ${quote(known)}`, 'choose another id, or move that file');
}

/** The text that stands there most often, and of several the first in the alphabet. */
export function commonest(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].flatMap(([text, count]) => (count === most ? [text] : [])).sort()[0];
}
