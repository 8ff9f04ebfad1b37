import type { Event, ScalarEvent } from 'js-yaml';
import type { Span } from '../policy/problem.ts';
import { CORE_SCHEMA, EVENT_ID, getScalarValue, SCALAR_STYLE } from './yaml-library.ts';

/** Where one value stands: offsets into the text, and the same for what it holds. */
export interface YamlNode {
  readonly start: number;
  readonly end: number;
  /** Of a mapping's entry: where its key stands; -1 elsewhere. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly entries: YamlEntries | undefined;
  readonly items: YamlNode[] | undefined;
  /** As a line and a column, once somebody asked. */
  span: Span | undefined;
  keySpan: Span | undefined;
}

/** What a mapping holds, by its keys. */
export class YamlEntries {
  readonly #keys: string[] = [];
  readonly #nodes: YamlNode[] = [];
  /** Made for whoever asks in another order than that of the file. */
  #places: Map<string, number> | undefined;
  #next = 0;

  add(key: string, node: YamlNode): void {
    this.#places?.set(key, this.#keys.length);
    this.#keys.push(key);
    this.#nodes.push(node);
  }

  /** Who asks for one key after the other, as they stand in the file, or for one again and again, looks nothing up. */
  get(key: string): YamlNode | undefined {
    if (this.#keys[this.#next] !== key) {
      const isNext = this.#keys[this.#next + 1] === key;
      const place = isNext ? this.#next + 1 : this.#placeOf(key);
      if (place === undefined) return undefined;
      this.#next = place;
    }
    return this.#nodes[this.#next];
  }

  #placeOf(key: string): number | undefined {
    this.#places ??= new Map(this.#keys.map((known, place) => [known, place]));
    return this.#places.get(key);
  }
}

/** Something that plain data has no use for, found on the way. */
export interface YamlFault {
  readonly kind:
    | 'alias'
    | 'tag'
    | 'merge-key'
    | 'duplicate-key'
    | 'forbidden-key'
    | 'complex-key'
    | 'converted-key'
    | 'second-document';
  readonly start: number;
  readonly end: number;
  readonly name: string;
  /** Of a duplicate key: where the first one stands. */
  readonly firstStart?: number;
}

/**
 * Makes plain data and the places of its values in one walk over js-yaml's events, so the two cannot differ. The value
 * is of use only when there are no faults.
 */
export function buildYamlTree(
  source: string,
  events: readonly Event[],
): { value: unknown; root: YamlNode | undefined; faults: readonly YamlFault[] } {
  const builder = new TreeBuilder(source);
  for (const event of events) builder.take(event);
  const [document] = builder.documents;
  return { value: document?.list?.[0], root: document?.node.items?.[0], faults: builder.faults };
}

/** A collection whose end has not come yet, or the document around all: a node and its value, under construction. */
interface OpenCollection {
  readonly node: YamlNode;
  readonly list: unknown[] | undefined;
  readonly mapping: Record<string, unknown> | undefined;
  /** In a mapping: the key that waits for its value. */
  key: string | undefined;
  keyStart: number;
  keyEnd: number;
}

class TreeBuilder {
  readonly documents: OpenCollection[] = [];
  readonly faults: YamlFault[] = [];
  readonly #source: string;
  readonly #open: OpenCollection[] = [];
  /** The innermost of them. */
  #parent: OpenCollection | undefined;
  /** Where the last value or key of the text begins so far. */
  #reached = 0;

  constructor(source: string) {
    this.#source = source;
  }

  take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        return this.#openDocument();
      case EVENT_ID.MAPPING:
        return this.#openCollection(event, new YamlEntries(), undefined);
      case EVENT_ID.SEQUENCE:
        return this.#openCollection(event, undefined, []);
      case EVENT_ID.SCALAR:
        return this.#takeScalar(event);
      case EVENT_ID.ALIAS:
        return this.#takeAlias(event.anchorStart, event.anchorEnd);
      default:
        this.#open.pop();
        this.#parent = this.#open.at(-1);
    }
  }

  #openDocument(): void {
    const document = this.#enter({
      start: 0,
      end: 0,
      keyStart: -1,
      keyEnd: -1,
      entries: undefined,
      items: [],
      span: undefined,
      keySpan: undefined,
    });
    this.documents.push(document);
    if (this.documents.length !== 2) return;
    const start = this.#reached + Math.max(0, this.#source.slice(this.#reached).search(/^(?:---|\.\.\.)/m));
    this.#fault('second-document', start, start + 3, '---');
  }

  #openCollection(
    event: { start: number; tagStart: number; tagEnd: number },
    entries: YamlEntries | undefined,
    items: YamlNode[] | undefined,
  ): void {
    this.#reportTag(event);
    const { start } = event;
    this.#reached = start;
    if (this.#wantsKey()) {
      this.#fault('complex-key', start, start + 1, '');
      this.#setKey('', start, start);
    }
    const parent = this.#parent;
    const node = this.#createNode(start, start + 1, entries, items);
    const opened = this.#enter(node);
    if (parent) place(parent, node, opened.list ?? opened.mapping);
  }

  #takeScalar(event: ScalarEvent): void {
    this.#reportTag(event);
    const isEmpty = event.valueStart < 0;
    // Offsets of quoted text leave the quotes out; people look for the quote.
    const margin = isQuoted(event) ? 1 : 0;
    const start = isEmpty ? this.#emptyStart() : Math.max(0, event.valueStart - margin);
    const end = isEmpty ? this.#emptyEnd() : event.valueEnd + margin;
    this.#reached = start;
    const text = getScalarValue(this.#source, event);
    if (this.#wantsKey()) this.#takeKey(event, text, start, end);
    else if (this.#parent) {
      const value = event.style === SCALAR_STYLE.PLAIN ? CORE_SCHEMA.resolveImplicitScalarTag(text).value : text;
      place(this.#parent, this.#createNode(start, end, undefined, undefined), value);
    }
  }

  #takeKey(event: ScalarEvent, name: string, start: number, end: number): void {
    const isPlain = event.style === SCALAR_STYLE.PLAIN;
    if (name === '<<' && isPlain) this.#fault('merge-key', start, end, name);
    // As an own property it is harmless; the first `Object.assign` would make it a prototype.
    if (name === '__proto__') this.#fault('forbidden-key', start, end, name);
    if (isPlain && isConverted(name)) this.#fault('converted-key', start, end, name);
    const first = this.#firstOf(name);
    if (first) this.faults.push({ kind: 'duplicate-key', start, end, name, firstStart: first.keyStart });
    this.#setKey(name, start, end);
  }

  // The value knows soonest whether a key is there; one that it may not hold is nowhere else but here.
  #firstOf(key: string): YamlNode | undefined {
    const { mapping, node } = this.#parent ?? {};
    const mayBeThere = key === '__proto__' || (mapping !== undefined && Object.hasOwn(mapping, key));
    return mayBeThere ? node?.entries?.get(key) : undefined;
  }

  #takeAlias(anchorStart: number, end: number): void {
    const start = anchorStart - 1;
    const name = this.#source.slice(anchorStart, end);
    // Merging is the mistake; the alias behind `<<` is a part of it.
    if (this.#parent?.key !== '<<') this.#fault('alias', start, end, name);
    if (this.#wantsKey()) this.#setKey(name, start, end);
    else if (this.#parent) place(this.#parent, this.#createNode(start, end, undefined, undefined), undefined);
  }

  // A value that is not there stands at its key, an item at the one before it.
  #emptyStart(): number {
    const parent = this.#parent;
    return (
      parent?.node.items?.at(-1)?.start ?? (parent?.key === undefined ? (parent?.node.start ?? 0) : parent.keyStart)
    );
  }

  #emptyEnd(): number {
    const parent = this.#parent;
    return parent?.node.items?.at(-1)?.end ?? (parent?.key === undefined ? (parent?.node.end ?? 0) : parent.keyEnd);
  }

  #wantsKey(): boolean {
    return this.#parent?.mapping !== undefined && this.#parent.key === undefined;
  }

  #setKey(name: string, start: number, end: number): void {
    if (!this.#parent) return;
    this.#parent.key = name;
    this.#parent.keyStart = start;
    this.#parent.keyEnd = end;
  }

  #createNode(start: number, end: number, entries: YamlEntries | undefined, items: YamlNode[] | undefined): YamlNode {
    const parent = this.#parent;
    const [keyStart, keyEnd] = parent?.key === undefined ? [-1, -1] : [parent.keyStart, parent.keyEnd];
    return { start, end, keyStart, keyEnd, entries, items, span: undefined, keySpan: undefined };
  }

  #enter(node: YamlNode): OpenCollection {
    const opened: OpenCollection = {
      node,
      list: node.items && [],
      mapping: node.entries && {},
      key: undefined,
      keyStart: -1,
      keyEnd: -1,
    };
    this.#open.push(opened);
    this.#parent = opened;
    return opened;
  }

  #reportTag(event: { tagStart: number; tagEnd: number }): void {
    if (event.tagStart < 0) return;
    this.#fault('tag', event.tagStart, event.tagEnd, this.#source.slice(event.tagStart, event.tagEnd));
  }

  #fault(kind: YamlFault['kind'], start: number, end: number, name: string): void {
    this.faults.push({ kind, start, end, name });
  }
}

function place(parent: OpenCollection, child: YamlNode, value: unknown): void {
  const { node, list, mapping, key } = parent;
  node.items?.push(child);
  list?.push(value);
  if (key === undefined) return;
  node.entries?.add(key, child);
  // A fault by now; even so nothing gets another prototype.
  if (mapping && key !== '__proto__') mapping[key] = value;
  parent.key = undefined;
}

function isQuoted({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
}

// To YAML `007` is seven and a long number ends in zeros, so the data would hold another name than the file shows.
function isConverted(key: string): boolean {
  return String(CORE_SCHEMA.resolveImplicitScalarTag(key).value) !== key;
}
