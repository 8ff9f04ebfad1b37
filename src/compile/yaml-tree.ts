import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml';

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
  readonly kind: 'alias' | 'tag' | 'merge-key' | 'duplicate-key' | 'complex-key' | 'second-document';
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

interface OpenCollection {
  readonly node: YamlNode;
  /** In a mapping: the key that waits for its value. */
  key: { name: string; start: number; end: number } | undefined;
}

/** Reads positions off js-yaml's events, the same that its values are made from, so the two cannot differ. */
export function buildYamlTree(source: string, events: readonly Event[]): { root: YamlNode | undefined; faults: YamlFault[] } {
  const faults: YamlFault[] = [];
  const open: OpenCollection[] = [];
  let root: YamlNode | undefined;
  let documents = 0;

  const place = (node: YamlNode): void => {
    const parent = open.at(-1);
    if (!parent) root ??= node;
    else if (parent.node.items) parent.node.items.push(node);
    else if (parent.key) {
      parent.node.entries?.set(parent.key.name, node);
      parent.key = undefined;
    }
  };
  const wantsKey = (): boolean => {
    const parent = open.at(-1);
    return parent?.node.entries !== undefined && parent.key === undefined;
  };
  const keyOf = (): { keyStart: number; keyEnd: number } => {
    const key = open.at(-1)?.key;
    return { keyStart: key?.start ?? -1, keyEnd: key?.end ?? -1 };
  };
  const takeKey = (event: ScalarEvent): void => {
    const parent = open.at(-1);
    if (!parent) return;
    const { start, end } = scalarRange(event);
    const name = getScalarValue(source, event);
    if (name === '<<' && event.style === SCALAR_STYLE.PLAIN) faults.push({ kind: 'merge-key', start, end, name });
    if (parent.node.entries?.has(name)) faults.push({ kind: 'duplicate-key', start, end, name });
    parent.key = { name, start, end };
  };

  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        documents += 1;
        if (documents === 2) {
          const start = Math.max(0, source.indexOf('\n---') + 1);
          faults.push({ kind: 'second-document', start, end: start + 3, name: '---' });
        }
        open.push({ node: { start: 0, end: 0, keyStart: -1, keyEnd: -1, entries: undefined, items: [] }, key: undefined });
        break;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE: {
        reportTag(event, source, faults);
        const isMapping = event.type === EVENT_ID.MAPPING;
        if (wantsKey()) {
          faults.push({ kind: 'complex-key', start: event.start, end: event.start + 1, name: '' });
          const parent = open.at(-1);
          if (parent) parent.key = { name: '', start: event.start, end: event.start };
        }
        const node: YamlNode = {
          start: event.start,
          end: event.start + 1,
          ...keyOf(),
          entries: isMapping ? new Map() : undefined,
          items: isMapping ? undefined : [],
        };
        place(node);
        open.push({ node, key: undefined });
        break;
      }
      case EVENT_ID.SCALAR: {
        reportTag(event, source, faults);
        if (wantsKey()) {
          takeKey(event);
          break;
        }
        place({ ...scalarRange(event), ...keyOf(), entries: undefined, items: undefined });
        break;
      }
      case EVENT_ID.ALIAS: {
        const start = event.anchorStart - 1;
        const name = source.slice(event.anchorStart, event.anchorEnd);
        faults.push({ kind: 'alias', start, end: event.anchorEnd, name });
        if (wantsKey()) {
          const parent = open.at(-1);
          if (parent) parent.key = { name, start, end: event.anchorEnd };
        } else place({ start, end: event.anchorEnd, ...keyOf(), entries: undefined, items: undefined });
        break;
      }
      default: {
        const closed = open.pop();
        if (open.length === 0 && documents === 1) root = closed?.node.items?.[0];
      }
    }
  }
  return { root, faults };
}

function reportTag(event: { tagStart: number; tagEnd: number }, source: string, faults: YamlFault[]): void {
  if (event.tagStart < 0) return;
  const name = source.slice(event.tagStart, event.tagEnd);
  faults.push({ kind: 'tag', start: event.tagStart, end: event.tagEnd, name });
}

// Offsets of quoted text leave the quotes out; people look for the quote.
function scalarRange(event: ScalarEvent): { start: number; end: number } {
  const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  const margin = quoted ? 1 : 0;
  return { start: Math.max(0, event.valueStart - margin), end: event.valueEnd + margin };
}
