import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';

/** The changes by which a word, or a word of a list, becomes another: undefined from `rename` leaves it as it is. */
export function renamedWords(
  path: YamlPath,
  value: JsonValue | undefined,
  rename: (word: string) => string | undefined,
): YamlChange[] {
  if (Array.isArray(value)) {
    return (value as readonly JsonValue[]).flatMap((one, index) => renamedWords([...path, index], one, rename));
  }
  const to = typeof value === 'string' ? rename(value) : undefined;
  return to === undefined ? [] : [{ does: 'set', path, value: to }];
}

/** The entries of a mapping that are mappings, with the path to each. */
export function mappingsIn(path: YamlPath, value: JsonValue | undefined): (readonly [YamlPath, JsonObject])[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: readonly (readonly [string | number, JsonValue])[] = isJsonObject(value)
    ? Object.entries(value)
    : [...value.entries()];
  return entries.flatMap(([key, one]) => (isJsonObject(one) ? [[[...path, key], one] as const] : []));
}
