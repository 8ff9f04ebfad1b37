import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';

/**
 * One change of a document. `set` puts a value at a path, whether one stands there or not; the mapping it is in must be
 * there. `append` adds an item to a list, `remove` takes an entry or an item out, `rename` gives an entry another key.
 */
export type YamlChange =
  | { readonly does: 'set'; readonly path: YamlPath; readonly value: JsonValue }
  | { readonly does: 'append'; readonly path: YamlPath; readonly value: JsonValue }
  | { readonly does: 'remove'; readonly path: YamlPath }
  | { readonly does: 'rename'; readonly path: YamlPath; readonly to: string };

/** The same change of plain data; undefined where the data has no such place. The data stays as it was. */
export function changeData(data: JsonValue, change: YamlChange): JsonValue | undefined {
  const [first, ...rest] = change.path;
  if (first === undefined) return changeHere(data, change);
  if (rest.length === 0 && change.does !== 'append') return changeChild(data, first, change);
  const child = childOf(data, first);
  const changed = child === undefined ? undefined : changeData(child, { ...change, path: rest });
  return changed === undefined ? undefined : putChild(data, first, changed);
}

function changeHere(data: JsonValue, change: YamlChange): JsonValue | undefined {
  if (change.does === 'append')
    return Array.isArray(data) ? [...(data as readonly JsonValue[]), change.value] : undefined;
  return change.does === 'set' ? change.value : undefined;
}

function changeChild(data: JsonValue, key: string | number, change: YamlChange): JsonValue | undefined {
  if (change.does === 'set') {
    const isThere = isJsonObject(data) || childOf(data, key) !== undefined;
    return isThere ? putChild(data, key, change.value) : undefined;
  }
  if (childOf(data, key) === undefined) return undefined;
  if (change.does === 'remove') {
    if (Array.isArray(data)) return (data as readonly JsonValue[]).filter((_item, index) => index !== Number(key));
    return Object.fromEntries(Object.entries(data as JsonObject).filter(([name]) => name !== String(key)));
  }
  if (change.does !== 'rename' || !isJsonObject(data) || Object.hasOwn(data, change.to)) return undefined;
  return Object.fromEntries(Object.entries(data).map(([name, one]) => [name === String(key) ? change.to : name, one]));
}

function childOf(data: JsonValue, key: string | number): JsonValue | undefined {
  if (Array.isArray(data)) return (data as readonly JsonValue[])[Number(key)];
  return isJsonObject(data) && Object.hasOwn(data, String(key)) ? data[String(key)] : undefined;
}

function putChild(data: JsonValue, key: string | number, value: JsonValue): JsonValue {
  if (Array.isArray(data))
    return (data as readonly JsonValue[]).map((item, index) => (index === Number(key) ? value : item));
  return { ...(data as JsonObject), [String(key)]: value };
}
