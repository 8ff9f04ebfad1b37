import { askGit, gitFailure } from './git-command.ts';

/** What git has under a name. `symlink` leads out of the repository; `dangling`, `loop` and `notdir` lead nowhere. */
export type GitObject =
  | { readonly kind: 'blob'; readonly content: Buffer }
  | { readonly kind: 'tree' | 'commit' | 'tag'; readonly object: string }
  | { readonly kind: 'missing' | 'symlink' | 'dangling' | 'loop' | 'notdir' };

const lineFeed = 10;

/** Reads objects by their names, in their order: one process for all of them, because there may be thousands. */
export async function readObjects(
  root: string,
  names: readonly string[],
  links: 'as they are' | 'following links',
): Promise<readonly GitObject[]> {
  if (names.length === 0) return [];
  const follow = links === 'following links' ? ['--follow-symlinks'] : [];
  const answer = await askGit(root, ['cat-file', '--batch', ...follow], names.map((name) => `${name}\n`).join(''));
  if (answer.exitCode !== 0) throw gitFailure('read the files of the commit', answer);
  return parseObjects(answer.stdout);
}

// `<object> blob <size>`, a line feed, the content, a line feed; or `<name> missing`; or `dangling <size>` and a text.
function parseObjects(stdout: Buffer): GitObject[] {
  const objects: GitObject[] = [];
  for (let start = 0; start < stdout.length;) {
    const end = stdout.indexOf(lineFeed, start);
    const words = stdout.toString('utf8', start, end).split(' ');
    start = end + 1;
    const last = words.at(-1) ?? '';
    if (last === 'missing' || last === 'ambiguous') {
      objects.push({ kind: 'missing' });
      continue;
    }
    const size = Number(last);
    const content = stdout.subarray(start, start + size);
    start += size + 1;
    objects.push(describeObject(words, content));
  }
  return objects;
}

function describeObject(words: readonly string[], content: Buffer): GitObject {
  const [first = '', second = ''] = words;
  if (words.length === 2) {
    const kind = (['symlink', 'dangling', 'loop', 'notdir'] as const).find((known) => known === first);
    return { kind: kind ?? 'missing' };
  }
  if (second === 'blob') return { kind: 'blob', content };
  const kind = (['tree', 'commit', 'tag'] as const).find((known) => known === second);
  return kind ? { kind, object: first } : { kind: 'missing' };
}
