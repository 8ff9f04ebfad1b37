import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** What a path leads to, from the segment `from` on; undefined: it is missing. */
export function lookInto(
  value: JsonValue | JsonObject | undefined,
  path: readonly string[],
  from = 0,
): JsonValue | undefined {
  let found = value;
  for (let index = from; index < path.length; index += 1) {
    const name = path[index] ?? '';
    // Own members only: `constructor` and `__proto__` are on every object and mean nothing here.
    if (!isJsonObject(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}
