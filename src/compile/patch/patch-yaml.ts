import { findHiddenCharacters } from '../yaml/hidden-characters.ts';
import { LineIndex } from '../yaml/line-index.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import {
  addEntryInBlock,
  addItemInBlock,
  removeEntryInBlock,
  removeItemInBlock,
  replaceBlock,
  replaceBlockScalar,
} from './patch-block.ts';
import { addInFlow, removeInFlow } from './patch-flow.ts';
import { holdsAround } from './holds-around.ts';
import { RefusedLayout } from './refused-layout.ts';
import { holdsData } from './same-data.ts';
import { offsetBefore, overlap, spliceText, type Splice } from './text-splices.ts';
import { countApart } from './changes-apart.ts';
import { DataDraft, type YamlChange } from './yaml-change.ts';
import { entryOf, layoutAt, type EntryLayout, type LayoutNode } from './yaml-layout.ts';
import { YamlSource } from './yaml-source.ts';
import { writeInline, writeScalar } from './yaml-writing.ts';
import type { JsonValue } from '../../policy/text/json.ts';

/** A text after a change, and what was replaced in it. */
export interface PatchedYaml {
  readonly text: string;
  /** In the text as it was before, a byte order mark counted. */
  readonly splices: readonly Splice[];
}

/**
 * Changes a YAML text and nothing else in it: comments, order, quotes and line ends stay. The result is read again and
 * held against the same change of plain data. Throws a `RefusedLayout` where the layout is not understood or the data
 * has no such place.
 */
export function patchYaml(text: string, change: YamlChange): PatchedYaml {
  return patchOnce(new YamlSource(text), [change]);
}

/** Makes changes one after the other, as many at once as have nothing to do with each other: the steps from text to text. */
export function patchInSteps(source: YamlSource, changes: readonly YamlChange[]): readonly PatchedYaml[] {
  const steps: PatchedYaml[] = [];
  try {
    for (let now = source, done = 0; done < changes.length;) {
      const some = changes.slice(done, done + countApart(changes, done));
      const step = patchTogether(now, some);
      done += step ? some.length : 1;
      const made = step ?? patchOnce(now, some.slice(0, 1));
      if (made.splices.length === 0) continue;
      steps.push(made);
      now = new YamlSource(made.text);
    }
    return steps;
  } catch (error) {
    if (!(error instanceof RefusedLayout)) throw error;
    const offset = steps.reduceRight((at, { splices }) => offsetBefore(splices, at), error.offset + source.margin);
    throw new RefusedLayout(offset, error.message);
  }
}

// Changes that seemed to have nothing to do with each other and do are made one by one.
function patchTogether(source: YamlSource, changes: readonly YamlChange[]): PatchedYaml | undefined {
  if (changes.length === 1) return undefined;
  try {
    return patchOnce(source, changes);
  } catch (error) {
    if (error instanceof RefusedLayout) return undefined;
    throw error;
  }
}

function patchOnce(source: YamlSource, changes: readonly YamlChange[]): PatchedYaml {
  const { layout, data, text, body, margin } = source;
  const [first] = changes;
  if (!layout || data === undefined || !first) throw new RefusedLayout(0, `no place is called ${describePath(first)}`);
  const draft = new DataDraft(data);
  const splices = changes.flatMap((change) => {
    const does = draft.apply(change);
    if (does === 'no such place') throw new RefusedLayout(0, `no place is called ${describePath(change)}`);
    return does === 'changed' ? splicesOf(body, layout, change) : [];
  });
  if (splices.length === 0) return { text, splices };
  const place = splices[0]?.start ?? 0;
  if (overlap(splices)) throw new RefusedLayout(place, 'two changes of one place');
  const patched = spliceText(body, splices);
  const isAsMeant = holdsAround(source, splices, draft.data) || holdsData(patched, draft.data);
  if (splices.some(hasHidden) || !isAsMeant) {
    throw new RefusedLayout(place, 'a layout in which this cannot be changed by itself');
  }
  const moved = splices.map(({ start, end, text: put }) => ({ start: start + margin, end: end + margin, text: put }));
  return { text: text.slice(0, margin) + patched, splices: moved };
}

function hasHidden({ text }: Splice): boolean {
  return findHiddenCharacters(text, new LineIndex('', text)).length > 0;
}

function describePath(change: YamlChange | undefined): string {
  return (change?.path ?? []).map((segment) => `\`${segment}\``).join(' › ');
}

function splicesOf(text: string, root: LayoutNode, change: YamlChange): readonly Splice[] {
  const { path } = change;
  const node = layoutAt(root, path);
  const owner = ownerAt(root, path);
  if (change.does === 'append') return append(text, node, owner, change.value);
  const parent = layoutAt(root, path.slice(0, -1));
  const key = path.at(-1) ?? '';
  const parentOwner = ownerAt(root, path.slice(0, -1));
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

function ownerAt(root: LayoutNode, path: YamlPath): EntryLayout | undefined {
  const parent = layoutAt(root, path.slice(0, -1));
  return parent?.kind === 'mapping' ? entryOf(parent, String(path.at(-1))) : undefined;
}
