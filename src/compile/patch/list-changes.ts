import type { JsonValue } from '../../policy/text/json.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import type { YamlChange } from './yaml-change.ts';

/**
 * The changes that make one list of words another: words that stay keep their place, a word that became others becomes the
 * first of them. A list that is empty goes with its key.
 */
export function listChanges(
  path: YamlPath,
  before: readonly string[] | undefined,
  after: readonly string[],
): readonly YamlChange[] {
  const was = before ?? [];
  if (was.length === after.length && was.every((word, index) => word === after[index])) return [];
  if (after.length === 0) return before === undefined ? [] : [{ does: 'remove', path }];
  if (was.length === 0) return [{ does: 'set', path, value: after }];
  const [known, wanted] = [new Set(was), new Set(after)];
  const fresh = after.filter((word) => !known.has(word));
  const gone = was.flatMap((word, index) => (wanted.has(word) ? [] : [index]));
  const put = gone.slice(0, fresh.length).map((index, at): YamlChange => {
    return { does: 'set', path: [...path, index], value: fresh[at] as JsonValue };
  });
  const removed = gone
    .slice(fresh.length)
    .reverse()
    .map((index): YamlChange => ({ does: 'remove', path: [...path, index] }));
  const added = fresh.slice(gone.length).map((word): YamlChange => ({ does: 'append', path, value: word }));
  return [...put, ...removed, ...added];
}
