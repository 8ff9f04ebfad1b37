import type { Catalog } from '../../policy/catalog.ts';

/** The words of a catalog as types for TypeScript, in the order of `roles.yaml`. The same catalog gives the same text. */
export function formatTypes({ permissions, scopes, roles }: Catalog): string {
  const entries = [...permissions.values()].map(({ id, title }) => ({ id, title }));
  return [
    '// Written by `rolebook types` from roles.yaml. Change that file and run it again.',
    '',
    '/** What an application asks about. */',
    `export type Permission =${unionOf(entries)};`,
    '',
    '/** What a permission may be limited to. */',
    `export type Scope =${unionOf([...scopes.keys()].map((id) => ({ id })))};`,
    '',
    '/** The built-in roles; customers define more. */',
    `export type Role =${unionOf([...roles.values()].map(({ id, title }) => ({ id, title })))};`,
    '',
  ].join('\n');
}

interface Word {
  readonly id: string;
  readonly title?: string | undefined;
}

function unionOf(words: readonly Word[]): string {
  if (words.length === 0) return ' never';
  const lines = words.map(
    ({ id, title }) => `  ${title === undefined ? '' : `${commentOf(title)}\n  `}| ${literalOf(id)}`,
  );
  return `\n${lines.join('\n')}`;
}

// A title is what somebody wrote: it stays a comment whatever is in it.
function commentOf(title: string): string {
  return `// ${title.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu, ' ')}`;
}

function literalOf(id: string): string {
  return `'${JSON.stringify(id).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
