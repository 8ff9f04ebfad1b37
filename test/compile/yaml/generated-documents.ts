import fc from 'fast-check';
import type { YamlPath } from '../../../src/compile/yaml/yaml-document.ts';

interface Place {
  readonly path: YamlPath;
  readonly on: 'key' | 'value';
  readonly token: string;
}

interface GeneratedDocument {
  readonly text: string;
  readonly places: readonly Place[];
  readonly value: unknown;
}

type Shape =
  | { kind: 'leaf'; style: number; text: string }
  | { kind: 'list'; flow: boolean; items: Shape[] }
  | { kind: 'map'; flow: boolean; entries: { style: number; text: string; shape: Shape }[] };

/** YAML documents in a mix of styles, with the value they mean and the words that stand at every path of it. */
export function generatedDocuments(): fc.Arbitrary<GeneratedDocument> {
  const style = fc.nat(2);
  const word = fc.constantFrom('', ' b', 'é', '😀', '-x', '/~1', "it's", '"', ': ', ' #', '\\', ',', ']', '*', 'p.q@r');
  const { tree } = fc.letrec<{ tree: Shape }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.record({ kind: fc.constant('leaf' as const), style, text: word }),
      fc.record({
        kind: fc.constant('list' as const),
        flow: fc.boolean(),
        items: fc.array(tie('tree'), { maxLength: 3 }),
      }),
      fc.record({
        kind: fc.constant('map' as const),
        flow: fc.boolean(),
        entries: fc.array(fc.record({ style, text: word, shape: tie('tree') }), { maxLength: 3 }),
      }),
    ),
  }));
  return fc
    .tuple(tree, fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '# first\n', '---\n'))
    .map(([shape, end, start]) => {
      const places: Place[] = [];
      let count = 0;
      const scalar = (how: number, text: string): { name: string; token: string } => {
        count += 1;
        const name = `w${count}${text}`;
        const isPlain = how === 0 && !/["'\\#:,\]*]/.test(text);
        const token = isPlain ? name : how === 1 ? `'${name.replaceAll("'", "''")}'` : JSON.stringify(name);
        return { name, token };
      };
      const render = (
        node: Shape,
        path: YamlPath,
        indent: string,
        inFlow: boolean,
      ): { text: string; block: boolean; value: unknown } => {
        if (node.kind === 'leaf') {
          const { name, token } = scalar(node.style, node.text);
          places.push({ path, on: 'value', token });
          return { text: token, block: false, value: name };
        }
        const count = node.kind === 'list' ? node.items.length : node.entries.length;
        const isFlow = inFlow || node.flow || count === 0;
        const inner = isFlow ? indent : `${indent}  `;
        if (node.kind === 'list') {
          const items = node.items.map((item, index) => render(item, [...path, index], inner, isFlow));
          const value = items.map((item) => item.value);
          if (isFlow) places.push({ path, on: 'value', token: '[' });
          const text = isFlow
            ? `[${items.map((item) => item.text).join(', ')}]`
            : items.map((item) => `${indent}- ${item.block ? item.text.trimStart() : item.text}`).join('\n');
          return { text, block: !isFlow, value };
        }
        const entries = node.entries.map((entry) => {
          const key = scalar(entry.style, entry.text);
          places.push({ path: [...path, key.name], on: 'key', token: key.token });
          return { key, item: render(entry.shape, [...path, key.name], inner, isFlow) };
        });
        const value = Object.fromEntries(entries.map(({ key, item }) => [key.name, item.value]));
        if (isFlow) places.push({ path, on: 'value', token: '{' });
        const text = isFlow
          ? `{${entries.map(({ key, item }) => `${key.token}: ${item.text}`).join(', ')}}`
          : entries.map(({ key, item }) => `${indent}${key.token}:${item.block ? '\n' : ' '}${item.text}`).join('\n');
        return { text, block: !isFlow, value };
      };
      const { text, value } = render(shape, [], '', false);
      return { text: `${start}${text}\n`.replaceAll('\n', end), places, value };
    });
}
