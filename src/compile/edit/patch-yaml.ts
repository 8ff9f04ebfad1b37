import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../policy/text/json.ts';
import { parseYaml } from '../yaml/yaml-document.ts';
import {
  addEntryInBlock,
  addItemInBlock,
  removeEntryInBlock,
  removeItemInBlock,
  replaceBlock,
  replaceBlockScalar,
} from './patch-block.ts';
import { addInFlow, removeInFlow } from './patch-flow.ts';
import { RefusedLayout } from './refused-layout.ts';
import { spliceText, type Splice } from './text-splices.ts';
import { changeData, type YamlChange } from './yaml-change.ts';
import { findLayout, layoutAt, type EntryLayout, type LayoutNode } from './yaml-layout.ts';
import { writeInline, writeScalar } from './yaml-writing.ts';

/** A text after a change, and what was replaced in it. */
export interface PatchedYaml {
  readonly text: string;
  /** In the text as it was before, a byte order mark counted. */
  readonly splices: readonly Splice[];
}

const byteOrderMark = '\ufeff';

/**
 * Changes a YAML text and nothing else in it: comments, order, quotes and line ends stay. The result is read again and
 * held against the same change of plain data. Throws a `RefusedLayout` where the layout is not understood or the data
 * has no such place.
 */
export function patchYaml(text: string, change: YamlChange): PatchedYaml {
  const margin = text.startsWith(byteOrderMark) ? 1 : 0;
  const body = text.slice(margin);
  const before = readData(body);
  const expected = before === undefined ? undefined : changeData(before, change);
  const layout = findLayout(body);
  if (expected === undefined || !layout || !('kind' in layout))
    throw new RefusedLayout(0, `no place is called ${describePath(change)}`);
  if (isDeepStrictEqual(before, expected) && change.does !== 'rename') return { text, splices: [] };
  const splices = splicesOf(body, layout, change);
  const patched = spliceText(body, splices);
  const [first] = splices;
  if (!isDeepStrictEqual(readData(patched), expected)) {
    throw new RefusedLayout((first?.start ?? 0) + margin, 'a layout in which this cannot be changed by itself');
  }
  const moved = splices.map(({ start, end, text: put }) => ({ start: start + margin, end: end + margin, text: put }));
  return { text: text.slice(0, margin) + patched, splices: moved };
}

function readData(text: string): JsonValue | undefined {
  return parseYaml('', text).document?.value as JsonValue | undefined;
}

function describePath({ path }: YamlChange): string {
  return path.map((segment) => `\`${segment}\``).join(' › ');
}

function splicesOf(text: string, root: LayoutNode, change: YamlChange): readonly Splice[] {
  const { path } = change;
  const node = layoutAt(root, path);
  const owner = entryAt(root, path);
  if (change.does === 'append') return append(text, node, owner, change.value);
  const parent = layoutAt(root, path.slice(0, -1));
  const key = path.at(-1) ?? '';
  const parentOwner = entryAt(root, path.slice(0, -1));
  if (change.does === 'set') {
    if (node) return replace(text, node, owner, change.value);
    if (parent?.kind !== 'mapping') throw new RefusedLayout(parent?.start ?? 0, 'no mapping');
    const written = `${writeScalar(String(key))}: ${writeInline(change.value)}`;
    return parent.isFlow ? addInFlow(text, parent, written) : addEntryInBlock(text, parent, String(key), change.value);
  }
  if (change.does === 'rename') {
    if (!owner) throw new RefusedLayout(parent?.start ?? 0, 'no entry');
    const { start, end, style } = owner.key;
    return [{ start, end, text: writeScalar(change.to, style) }];
  }
  return remove(text, parent, key, parentOwner);
}

function remove(
  text: string,
  parent: LayoutNode | undefined,
  key: string | number,
  owner: EntryLayout | undefined,
): readonly Splice[] {
  if (parent?.kind === 'mapping') {
    const index = parent.entries.findIndex((entry) => entry.key.text === String(key));
    return parent.isFlow ? removeInFlow(text, parent, index) : removeEntryInBlock(text, parent, index, owner);
  }
  if (parent?.kind !== 'list') throw new RefusedLayout(0, 'no list and no mapping');
  return parent.isFlow ? removeInFlow(text, parent, Number(key)) : removeItemInBlock(text, parent, Number(key), owner);
}

function append(
  text: string,
  node: LayoutNode | undefined,
  owner: EntryLayout | undefined,
  value: JsonValue,
): readonly Splice[] {
  if (node?.kind !== 'list') throw new RefusedLayout(owner?.key.start ?? 0, 'no list');
  return node.isFlow ? addInFlow(text, node, writeInline(value)) : addItemInBlock(text, node, value);
}

function replace(text: string, node: LayoutNode, owner: EntryLayout | undefined, value: JsonValue): readonly Splice[] {
  const isScalar = typeof value !== 'object' || value === null;
  if (node.kind !== 'scalar') {
    const written = writeInline(value);
    return node.isFlow
      ? [{ start: node.start, end: node.end, text: written }]
      : replaceBlock(text, node, owner, written);
  }
  const written = isScalar ? writeScalar(value, node.style) : writeInline(value);
  if (node.style === 'block') return replaceBlockScalar(text, node, written);
  const isMissing = node.start === node.end && node.style === 'plain';
  return [{ start: node.start, end: node.end, text: isMissing ? ` ${written}` : written }];
}

function entryAt(root: LayoutNode, path: readonly (string | number)[]): EntryLayout | undefined {
  const parent = layoutAt(root, path.slice(0, -1));
  return parent?.kind === 'mapping' ? parent.entries.find(({ key }) => key.text === String(path.at(-1))) : undefined;
}
