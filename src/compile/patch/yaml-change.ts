import { isDeepStrictEqual } from 'node:util';
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
  const draft = new DataDraft(data);
  return draft.apply(change) === 'no such place' ? undefined : draft.data;
}

/** In JavaScript it is the name of a prototype. */
const forbidden = '__proto__';

type Collection = JsonValue[] | Record<string, JsonValue>;

/** Data that is changed again and again; what it was made of stays as it was, and is copied once at most. */
export class DataDraft {
  #data: JsonValue;
  readonly #own = new Set<object>();

  constructor(data: JsonValue) {
    this.#data = data;
  }

  get data(): JsonValue {
    return this.#data;
  }

  /** Says whether the data is another now. */
  apply(change: YamlChange): 'changed' | 'the same' | 'no such place' {
    const { path } = change;
    if (path.includes(forbidden) || (change.does === 'rename' && change.to === forbidden)) return 'no such place';
    const there = this.#at(path);
    if (change.does === 'append') {
      if (!Array.isArray(there)) return 'no such place';
      const list = this.#owned(path) as JsonValue[];
      list.push(change.value);
      return 'changed';
    }
    const key = path.at(-1);
    if (key === undefined) return this.#changeRoot(change);
    if (change.does === 'set') {
      if (there === undefined && !isJsonObject(this.#at(path.slice(0, -1)))) return 'no such place';
      if (there !== undefined && isDeepStrictEqual(there, change.value)) return 'the same';
      put(this.#owned(path.slice(0, -1)), key, change.value);
      return 'changed';
    }
    if (there === undefined) return 'no such place';
    const parent = this.#at(path.slice(0, -1));
    if (change.does === 'remove') takeOut(this.#owned(path.slice(0, -1)), key);
    else if (!isJsonObject(parent) || Object.hasOwn(parent, change.to)) return 'no such place';
    else this.#rename(path.slice(0, -1), parent, String(key), change.to);
    return 'changed';
  }

  #changeRoot(change: YamlChange): 'changed' | 'the same' | 'no such place' {
    if (change.does !== 'set') return 'no such place';
    if (isDeepStrictEqual(this.#data, change.value)) return 'the same';
    this.#data = change.value;
    return 'changed';
  }

  #rename(path: YamlPath, parent: JsonObject, from: string, to: string): void {
    const entries = Object.entries(parent).map(([name, one]) => [name === from ? to : name, one] as const);
    this.#put(path, Object.fromEntries(entries));
  }

  #at(path: YamlPath): JsonValue | undefined {
    let data: JsonValue | undefined = this.#data;
    for (const key of path) data = data === undefined ? undefined : childOf(data, key);
    return data;
  }

  /** The collection at a path, which is there, as one that may be changed. */
  #owned(path: YamlPath): Collection {
    const there = this.#at(path) as Collection;
    if (this.#own.has(there)) return there;
    return this.#put(path, Array.isArray(there) ? [...there] : { ...there });
  }

  #put(path: YamlPath, collection: Collection): Collection {
    this.#own.add(collection);
    const key = path.at(-1);
    if (key === undefined) this.#data = collection;
    else put(this.#owned(path.slice(0, -1)), key, collection);
    return collection;
  }
}

function childOf(data: JsonValue, key: string | number): JsonValue | undefined {
  if (Array.isArray(data)) return (data as readonly JsonValue[])[Number(key)];
  return isJsonObject(data) && Object.hasOwn(data, String(key)) ? data[String(key)] : undefined;
}

function put(collection: Collection, key: string | number, value: JsonValue): void {
  if (Array.isArray(collection)) collection[Number(key)] = value;
  else collection[String(key)] = value;
}

function takeOut(collection: Collection, key: string | number): void {
  if (Array.isArray(collection)) collection.splice(Number(key), 1);
  else Reflect.deleteProperty(collection, String(key));
}
