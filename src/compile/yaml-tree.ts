import { CORE_SCHEMA, EVENT_ID, getScalarValue, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml';

/** Where one value stands: offsets into the text, and the same for what it holds. */
export interface YamlNode {
  readonly start: number;
  readonly end: number;
  /** Of a mapping's entry: where its key stands; -1 elsewhere. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly entries: Map<string, YamlNode> | undefined;
  readonly items: YamlNode[] | undefined;
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

/** Reads positions off js-yaml's events, the same that its values are made from, so the two cannot differ. */
export function buildYamlTree(
  source: string,
  events: readonly Event[],
): { root: YamlNode | undefined; faults: readonly YamlFault[] } {
  const builder = new TreeBuilder(source);
  for (const event of events) builder.take(event);
  return { root: builder.documents[0]?.items?.[0], faults: builder.faults };
}

interface OpenCollection {
  readonly node: YamlNode;
  /** In a mapping: the key that waits for its value. */
  key: { readonly name: string; readonly start: number; readonly end: number } | undefined;
}

class TreeBuilder {
  readonly documents: YamlNode[] = [];
  readonly faults: YamlFault[] = [];
  readonly #source: string;
  readonly #open: OpenCollection[] = [];
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
        return this.#openCollection(event, new Map(), undefined);
      case EVENT_ID.SEQUENCE:
        return this.#openCollection(event, undefined, []);
      case EVENT_ID.SCALAR:
        return this.#takeScalar(event);
      case EVENT_ID.ALIAS:
        return this.#takeAlias(event.anchorStart, event.anchorEnd);
      default:
        this.#open.pop();
    }
  }

  #openDocument(): void {
    const node: YamlNode = { start: 0, end: 0, keyStart: -1, keyEnd: -1, entries: undefined, items: [] };
    this.documents.push(node);
    this.#open.push({ node, key: undefined });
    if (this.documents.length !== 2) return;
    const start = this.#reached + Math.max(0, this.#source.slice(this.#reached).search(/^(?:---|\.\.\.)/m));
    this.#fault('second-document', start, start + 3, '---');
  }

  #openCollection(
    event: { start: number; tagStart: number; tagEnd: number },
    entries: Map<string, YamlNode> | undefined,
    items: YamlNode[] | undefined,
  ): void {
    this.#reportTag(event);
    const { start } = event;
    this.#reached = start;
    if (this.#wantsKey()) {
      this.#fault('complex-key', start, start + 1, '');
      this.#setKey('', start, start);
    }
    const node: YamlNode = { start, end: start + 1, ...this.#key(), entries, items };
    this.#place(node);
    this.#open.push({ node, key: undefined });
  }

  #takeScalar(event: ScalarEvent): void {
    this.#reportTag(event);
    const { start, end } = event.valueStart < 0 ? this.#emptyRange() : scalarRange(event);
    this.#reached = start;
    if (!this.#wantsKey()) {
      this.#place({ start, end, ...this.#key(), entries: undefined, items: undefined });
      return;
    }
    const name = getScalarValue(this.#source, event);
    if (name === '<<' && event.style === SCALAR_STYLE.PLAIN) this.#fault('merge-key', start, end, name);
    // As an own property it is harmless; the first `Object.assign` would make it a prototype.
    if (name === '__proto__') this.#fault('forbidden-key', start, end, name);
    if (event.style === SCALAR_STYLE.PLAIN && isConverted(name)) this.#fault('converted-key', start, end, name);
    const first = this.#open.at(-1)?.node.entries?.get(name);
    if (first) this.faults.push({ kind: 'duplicate-key', start, end, name, firstStart: first.keyStart });
    this.#setKey(name, start, end);
  }

  #takeAlias(anchorStart: number, end: number): void {
    const start = anchorStart - 1;
    const name = this.#source.slice(anchorStart, end);
    // Merging is the mistake; the alias behind `<<` is a part of it.
    if (this.#open.at(-1)?.key?.name !== '<<') this.#fault('alias', start, end, name);
    if (this.#wantsKey()) this.#setKey(name, start, end);
    else this.#place({ start, end, ...this.#key(), entries: undefined, items: undefined });
  }

  // A value that is not there stands at its key, an item at the one before it.
  #emptyRange(): { start: number; end: number } {
    const parent = this.#open.at(-1);
    const last = parent?.node.items?.at(-1);
    if (last) return { start: last.start, end: last.end };
    return parent?.key ?? { start: parent?.node.start ?? 0, end: parent?.node.end ?? 0 };
  }

  #wantsKey(): boolean {
    const parent = this.#open.at(-1);
    return parent?.node.entries !== undefined && parent.key === undefined;
  }

  #setKey(name: string, start: number, end: number): void {
    const parent = this.#open.at(-1);
    if (parent) parent.key = { name, start, end };
  }

  #key(): { keyStart: number; keyEnd: number } {
    const key = this.#open.at(-1)?.key;
    return { keyStart: key?.start ?? -1, keyEnd: key?.end ?? -1 };
  }

  #place(node: YamlNode): void {
    const parent = this.#open.at(-1);
    if (!parent) return;
    parent.node.items?.push(node);
    if (parent.key) parent.node.entries?.set(parent.key.name, node);
    parent.key = undefined;
  }

  #reportTag(event: { tagStart: number; tagEnd: number }): void {
    if (event.tagStart < 0) return;
    this.#fault('tag', event.tagStart, event.tagEnd, this.#source.slice(event.tagStart, event.tagEnd));
  }

  #fault(kind: YamlFault['kind'], start: number, end: number, name: string): void {
    this.faults.push({ kind, start, end, name });
  }
}

// To YAML `007` is seven and a long number ends in zeros, so the data would hold another name than the file shows.
function isConverted(key: string): boolean {
  return String(CORE_SCHEMA.resolveImplicitScalarTag(key).value) !== key;
}

// Offsets of quoted text leave the quotes out; people look for the quote.
function scalarRange(event: ScalarEvent): { start: number; end: number } {
  const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  const margin = isQuoted ? 1 : 0;
  return { start: Math.max(0, event.valueStart - margin), end: event.valueEnd + margin };
}
