import type { Event, ScalarEvent } from 'js-yaml';
import { COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, getScalarValue } from '../yaml/yaml-library.ts';
import { resolvePlain } from '../yaml/plain-scalar.ts';
import { findEvents } from '../yaml/yaml-events.ts';

/** The layout of a value: where it stands in its text, as offsets, and how it is written. */
export type LayoutNode = ScalarLayout | MappingLayout | ListLayout;

export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

export interface ScalarLayout {
  readonly kind: 'scalar';
  readonly style: ScalarStyle;
  readonly text: string;
  /** From its quote, if it has one, to the end of it. A value that is not there stands behind its colon or dash. */
  readonly start: number;
  readonly end: number;
}

export interface MappingLayout {
  readonly kind: 'mapping';
  readonly isFlow: boolean;
  readonly start: number;
  /** Behind its bracket, or where its last value ends. */
  readonly end: number;
  readonly entries: readonly EntryLayout[];
}

export interface EntryLayout {
  readonly key: ScalarLayout;
  readonly value: LayoutNode;
}

export interface ListLayout {
  readonly kind: 'list';
  readonly isFlow: boolean;
  readonly start: number;
  readonly end: number;
  readonly items: readonly LayoutNode[];
}

interface Open {
  readonly kind: 'mapping' | 'list';
  readonly isFlow: boolean;
  readonly start: number;
  readonly entries: EntryLayout[];
  readonly items: LayoutNode[];
  key: ScalarLayout | undefined;
  /** The keys so far. */
  names: Set<string> | undefined;
}

/** Finds how a text is laid out; undefined where it is no YAML as policies have it. */
export function findLayout(text: string): LayoutNode | undefined {
  const events = findEvents(text);
  if (!('count' in events)) return undefined;
  const builder = new LayoutBuilder(text);
  for (let index = 0; index < events.count && builder.isSound; index += 1) builder.take(events.at(index));
  return builder.isSound ? builder.root : undefined;
}

/** Whether a policy may have this as a key: it is no merge, no prototype, and stands as it is meant. */
export function isName(text: string, isPlain: boolean): boolean {
  if (text === '__proto__') return false;
  return !isPlain || (text !== '<<' && String(resolvePlain(text)) === text);
}

class LayoutBuilder {
  root: LayoutNode | undefined;
  isSound = true;
  readonly #text: string;
  readonly #open: Open[] = [];
  /** How far the values that were taken reach. */
  #reached = 0;
  #documents = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(event: Event): void {
    if ('tagStart' in event && event.tagStart >= 0) this.isSound = false;
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#documents += 1;
        if (this.#documents > 1) this.isSound = false;
        return;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE: {
        const isFlow = event.style === COLLECTION_STYLE.FLOW;
        const kind = event.type === EVENT_ID.MAPPING ? 'mapping' : 'list';
        this.#open.push({ kind, isFlow, start: event.start, entries: [], items: [], key: undefined, names: undefined });
        this.#reached = event.start + (isFlow ? 1 : 0);
        return;
      }
      case EVENT_ID.SCALAR:
        return this.#add(this.#scalarOf(event));
      case EVENT_ID.ALIAS:
        this.isSound = false;
        return;
      default:
        this.#close();
    }
  }

  #close(): void {
    const closed = this.#open.pop();
    if (!closed) return;
    const { kind, isFlow, start, entries, items } = closed;
    if (isFlow) this.#reached = skipBlanks(this.#text, this.#reached, ', \t\r\n') + 1;
    const end = this.#reached;
    this.#add(kind === 'mapping' ? { kind, isFlow, start, end, entries } : { kind, isFlow, start, end, items });
  }

  #add(node: LayoutNode): void {
    const parent = this.#open.at(-1);
    if (!parent) this.root ??= node;
    else if (parent.kind === 'list') parent.items.push(node);
    else if (parent.key) {
      parent.entries.push({ key: parent.key, value: node });
      parent.key = undefined;
    } else if (node.kind === 'scalar') this.#takeKey(parent, node);
    else this.isSound = false;
  }

  #takeKey(parent: Open, key: ScalarLayout): void {
    const names = (parent.names ??= new Set());
    if (names.has(key.text) || !isName(key.text, key.style === 'plain')) this.isSound = false;
    names.add(key.text);
    parent.key = key;
  }

  #scalarOf(event: ScalarEvent): ScalarLayout {
    const style = styles[event.style] ?? 'block';
    const isQuoted = style === 'single' || style === 'double';
    if (event.valueStart < 0 && !isQuoted) {
      const place = this.#emptyPlace();
      return { kind: 'scalar', style: 'plain', text: '', start: place, end: place };
    }
    const text = getScalarValue(this.#text, event);
    const end = event.valueEnd + (isQuoted ? 1 : 0);
    this.#reached = end;
    return { kind: 'scalar', style, text, start: event.valueStart - (isQuoted ? 1 : 0), end };
  }

  // Behind the colon of its key, or the dash before it.
  #emptyPlace(): number {
    const parent = this.#open.at(-1);
    const from = skipBlanks(this.#text, this.#reached, parent?.isFlow === true ? ', \t\r\n' : ' \t\r\n');
    const sign = this.#text[from];
    if (sign === ':' || sign === '-') this.#reached = from + 1;
    return this.#reached;
  }
}

const styles: Readonly<Record<number, ScalarStyle>> = {
  [SCALAR_STYLE.PLAIN]: 'plain',
  [SCALAR_STYLE.SINGLE_QUOTED]: 'single',
  [SCALAR_STYLE.DOUBLE_QUOTED]: 'double',
};

/** The next place from here that is none of these characters, nor in a comment. */
export function skipBlanks(text: string, from: number, blanks: string): number {
  let index = from;
  for (;;) {
    while (index < text.length && blanks.includes(text[index] ?? '')) index += 1;
    const before = text[index - 1];
    const isComment =
      text[index] === '#' && (index === 0 || before === ' ' || before === '\t' || before === '\n' || before === ',');
    if (!isComment) return index;
    while (index < text.length && text[index] !== '\n') index += 1;
  }
}

/** The value at a path, as far as there is one. */
export function layoutAt(root: LayoutNode, path: readonly (string | number)[]): LayoutNode | undefined {
  let node: LayoutNode | undefined = root;
  for (const segment of path) node = node && childOf(node, segment);
  return node;
}

function childOf(node: LayoutNode, segment: string | number): LayoutNode | undefined {
  if (node.kind === 'list') return node.items[Number(segment)];
  return node.kind === 'mapping' ? entryOf(node, String(segment))?.value : undefined;
}

/** The entry of a mapping under a key. */
export function entryOf(node: MappingLayout, key: string): EntryLayout | undefined {
  if (node.entries.length <= few) return node.entries.find((entry) => entry.key.text === key);
  let known = byKey.get(node);
  if (!known) byKey.set(node, (known = new Map(node.entries.map((entry) => [entry.key.text, entry]))));
  return known.get(key);
}

const few = 8;
/** Of mappings with more entries, because an edit may ask for thousands of them. */
const byKey = new WeakMap<MappingLayout, ReadonlyMap<string, EntryLayout>>();
