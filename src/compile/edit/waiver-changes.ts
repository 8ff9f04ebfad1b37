import type { YamlChange } from '../patch/yaml-change.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import type { AddWaiver } from './policy-edit.ts';
import { mappingsIn, renamedWords } from './renamed-words.ts';

const file = 'roles.yaml';

/** Accepts a finding at the end of the list, or begins one. */
export function addWaiver(ground: EditGround, { check, about, reason, until }: AddWaiver): FileChange[] {
  const entry = { check, ...about, reason, until };
  const isThere = Array.isArray(ground.data(file)['waive']);
  if (isThere) return [{ file, change: { does: 'append', path: ['waive'], value: entry } }];
  return [{ file, change: { does: 'set', path: ['waive'], value: [entry] } }];
}

/** What waivers say of something that is called otherwise; one that found nothing would be a warning. */
export function waiverChanges(
  ground: EditGround,
  word: 'workspace' | 'role' | 'member' | 'permission',
  rename: (word: string) => string | undefined,
  within: Readonly<Record<string, string>> = {},
): FileChange[] {
  const waivers = mappingsIn(['waive'], ground.data(file)['waive']);
  const meant = waivers.filter(([, waiver]) => Object.entries(within).every(([key, id]) => waiver[key] === id));
  const changes = meant.flatMap(([path, waiver]): YamlChange[] => renamedWords([...path, word], waiver[word], rename));
  return changes.map((change) => ({ file, change }));
}
