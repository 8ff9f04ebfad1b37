import type { FileToCommit, TouchedFile } from '../committing/touched-files.ts';
import { RefusedCommit } from '../committing/refused-commit.ts';
import { askGit, gitFailure } from '../git/git-command.ts';
import { blobNameOf } from '../git/git-objects.ts';
import type { GitPlace } from '../git/git-place.ts';

/**
 * Finds how files are to be committed upon a commit that they were read from. Throws a RefusedCommit where one is not
 * itself in its place there.
 */
export async function findFilesAt(
  place: GitPlace,
  commit: string,
  touched: readonly TouchedFile[],
): Promise<readonly FileToCommit[]> {
  const files = touched.map((file) => ({ ...file, shown: file.path, path: `${place.prefix}${file.path}` }));
  const folders = [...new Set(files.flatMap(({ path }) => foldersOf(path)))];
  const entries = await readEntries(place, commit, [...folders, ...files.map(({ path }) => path)]);
  for (const folder of folders) {
    const entry = entries.get(folder);
    if (entry !== undefined && entry.mode !== '040000') throw elsewhere(folder);
  }
  return files.map(({ path, shown, before, after }): FileToCommit => {
    const entry = entries.get(path);
    if (before === undefined && entry === undefined) return { path, mode: '100644', before: null, content: after };
    const isFile = entry?.mode === '100644' || entry?.mode === '100755';
    if (!isFile || before === undefined || blobNameOf(before, entry.name.length) !== entry.name) throw elsewhere(shown);
    return { path, mode: entry.mode, before: entry.name, content: after };
  });
}

function elsewhere(path: string): RefusedCommit {
  const help = 'have the file itself in its place';
  return new RefusedCommit('not-in-git', `\`${path}\` is a link or a submodule in the repository`, help);
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
}

async function readEntries(
  place: GitPlace,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, { readonly mode: string; readonly name: string }>> {
  const { exitCode, stdout, stderr } = await askGit(place, ['ls-tree', '-z', '--full-tree', commit, '--', ...paths]);
  if (exitCode !== 0) throw gitFailure('list the files that are changed', stderr);
  const entries = new Map<string, { mode: string; name: string }>();
  for (const line of stdout.toString().split('\0')) {
    const [, mode, name, path] = /^(\d+) \S+ (\S+)\t(.*)$/s.exec(line) ?? [];
    if (mode !== undefined && name !== undefined && path !== undefined) entries.set(path, { mode, name });
  }
  return entries;
}
