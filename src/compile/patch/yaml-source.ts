import type { JsonValue } from '../../policy/text/json.ts';
import { resolvePlain } from '../yaml/plain-scalar.ts';
import { findLayout, type LayoutNode } from './yaml-layout.ts';

const byteOrderMark = '\ufeff';

/** A YAML text, read once: its layout and the data it holds. */
export class YamlSource {
  /** All of it, a byte order mark included. */
  readonly text: string;
  /** The length of its byte order mark. */
  readonly margin: number;
  /** What stands behind the mark. Offsets of the layout are into this. */
  readonly body: string;
  #layout: LayoutNode | null | undefined;
  #data: JsonValue | undefined;

  constructor(text: string) {
    this.text = text;
    this.margin = text.startsWith(byteOrderMark) ? 1 : 0;
    this.body = text.slice(this.margin);
  }

  /** Undefined where it is no YAML as policies have it. */
  get layout(): LayoutNode | undefined {
    if (this.#layout === undefined) this.#layout = findLayout(this.body) ?? null;
    return this.#layout ?? undefined;
  }

  get data(): JsonValue | undefined {
    return (this.#data ??= this.layout && dataOf(this.layout));
  }
}

function dataOf(node: LayoutNode): JsonValue {
  if (node.kind === 'scalar') return node.style === 'plain' ? (resolvePlain(node.text) as JsonValue) : node.text;
  if (node.kind === 'list') return node.items.map(dataOf);
  const data: Record<string, JsonValue> = {};
  for (const { key, value } of node.entries) data[key.text] = dataOf(value);
  return data;
}
