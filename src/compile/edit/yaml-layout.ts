import type { Event, ScalarEvent } from 'js-yaml';
import { COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, getScalarValue } from '../yaml/yaml-library.ts';
import { findEvents, type ParseFault } from '../yaml/yaml-events.ts';

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
  readonly node: { kind: 'mapping' | 'list'; isFlow: boolean; start: number; end: number };
  readonly entries: EntryLayout[];
  readonly items: LayoutNode[];
  key: ScalarLayout | undefined;
}

/** Finds how a text is laid out, which YAML's reader has read before without fault. */
export function findLayout(text: string): LayoutNode | ParseFault | undefined {
  const events = findEvents(text);
  if (!('count' in events)) return events;
  const builder = new LayoutBuilder(text);
  for (let index = 0; index < events.count; index += 1) builder.take(events.at(index));
  return builder.root;
}

class LayoutBuilder {
  root: LayoutNode | undefined;
  readonly #text: string;
  readonly #open: Open[] = [];
  /** How far the values that were taken reach. */
  #reached = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE: {
        const kind = event.type === EVENT_ID.MAPPING ? 'mapping' : 'list';
        const node = { kind, isFlow: event.style === COLLECTION_STYLE.FLOW, start: event.start, end: 0 } as const;
        this.#open.push({ node: { ...node }, entries: [], items: [], key: undefined });
        this.#reached = event.start + (node.isFlow ? 1 : 0);
        return;
      }
      case EVENT_ID.SCALAR:
        return this.#add(this.#scalarOf(event));
      case EVENT_ID.POP:
        return this.#close();
      default:
    }
  }

  #close(): void {
    const closed = this.#open.pop();
    if (!closed) return;
    const { node, entries, items } = closed;
    if (node.isFlow) this.#reached = skipBlanks(this.#text, this.#reached, ', \t\r\n') + 1;
    node.end = this.#reached;
    this.#add(node.kind === 'mapping' ? { ...node, kind: 'mapping', entries } : { ...node, kind: 'list', items });
  }

  #add(node: LayoutNode): void {
    const parent = this.#open.at(-1);
    if (!parent) this.root ??= node;
    else if (parent.node.kind === 'list') parent.items.push(node);
    else if (parent.key) {
      parent.entries.push({ key: parent.key, value: node });
      parent.key = undefined;
    } else if (node.kind === 'scalar') parent.key = node;
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
    const from = skipBlanks(this.#text, this.#reached, parent?.node.isFlow === true ? ', \t\r\n' : ' \t\r\n');
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
  return node.kind === 'mapping' ? node.entries.find(({ key }) => key.text === String(segment))?.value : undefined;
}
