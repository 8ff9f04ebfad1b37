import { isDeepStrictEqual } from 'node:util';
import { parseUntil } from '../../policy/text/instant.ts';
import type { JsonObject } from '../../policy/text/json.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { quote } from '../words/describe-value.ts';
import { RefusedEdit, type AddWaiver, type EndWaiver } from './policy-edit.ts';
import { mappingsIn, renamedWords } from './renamed-words.ts';

const file = 'roles.yaml';

/** Accepts a finding at the end of the list, or begins one. Of one that is accepted already the end is moved on. */
export function addWaiver(ground: EditGround, { check, about, reason, until }: AddWaiver): FileChange[] {
  const entry = { check, ...about, reason, until };
  const [same] = waiversOf(ground, { check, about });
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

/** Takes out what accepts a finding; with the last waiver the list goes. */
export function endWaiver(ground: EditGround, { check, about }: EndWaiver): FileChange[] {
  const ended = waiversOf(ground, { check, about });
  if (ended.length === 0) {
    const words = Object.entries(about).map(([word, text]) => `${word}: ${quote(text)}`);
    throw new RefusedEdit('unknown-waiver', `there is no waiver of ${quote(check)} (${words.join(', ')})`);
  }
  const all = mappingsIn(['waive'], ground.data(file)['waive']);
  const paths: readonly YamlPath[] = ended.length === all.length ? [['waive']] : ended.map(([path]) => path).reverse();
  return paths.map((path) => ({ file, change: { does: 'remove', path } }));
}

/** The waivers of a check that say just this of what they are about, with the path to each. */
export function waiversOf(
  ground: EditGround,
  { check, about }: Pick<AddWaiver, 'check' | 'about'>,
): (readonly [YamlPath, JsonObject])[] {
  const rest = { reason: '', until: '' };
  const wanted = { check, ...about, ...rest };
  const waivers = mappingsIn(['waive'], ground.data(file)['waive']);
  return waivers.filter(([, waiver]) => isDeepStrictEqual({ ...waiver, ...rest }, wanted));
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
