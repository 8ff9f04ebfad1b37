import { isDeepStrictEqual } from 'node:util';
import { parseUntil } from '../../policy/text/instant.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { quote } from '../words/describe-value.ts';
import { RefusedEdit, type AddWaiver } from './policy-edit.ts';
import { mappingsIn, renamedWords } from './renamed-words.ts';

const file = 'roles.yaml';

/** Accepts a finding at the end of the list, or begins one. Of one that is accepted already the end is moved on. */
export function addWaiver(ground: EditGround, { check, about, reason, until }: AddWaiver): FileChange[] {
  const entry = { check, ...about, reason, until };
  const waivers = mappingsIn(['waive'], ground.data(file)['waive']);
  const same = waivers.find(([, waiver]) => isDeepStrictEqual({ ...waiver, reason, until }, entry));
  if (same) {
    const [path, waiver] = same;
    const end = typeof waiver['until'] === 'string' ? waiver['until'] : '';
    if ((parseUntil(end) ?? -Infinity) >= (parseUntil(until) ?? Infinity)) {
      throw new RefusedEdit('waiver-exists', `that finding is accepted until ${quote(end)} already`);
    }
    return [
      { file, change: { does: 'set', path: [...path, 'reason'], value: reason } },
      { file, change: { does: 'set', path: [...path, 'until'], value: until } },
    ];
  }
  if (Array.isArray(ground.data(file)['waive']))
    return [{ file, change: { does: 'append', path: ['waive'], value: entry } }];
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
