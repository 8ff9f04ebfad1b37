import { classifyPath, decidingKinds } from '../compile/policy-files.ts';
import type { SourceFile } from '../compile/source-file.ts';
import { limits } from '../policy/limits.ts';
import { compareText } from '../policy/position.ts';
import { danglingLinkFault } from './file-fault.ts';
import { blobNameOf } from './git-blob.ts';
import { askGit, gitFailure } from './git-command.ts';
import { readObjects } from './git-objects.ts';
import type { GitRepository } from './git-repository.ts';
import { topFiles } from './survey.ts';

/** One line of a tree. */
interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  /** Bytes of a file. */
  readonly size: number;
  /** Below the policy directory. */
  readonly path: string;
}

const modes = { link: '120000', submodule: '160000' } as const;

/**
 * The policy files of a commit that decide, sorted by path, as `PolicyDirectory` would read them were it checked out.
 * Undefined when there is no `roles.yaml`: then nobody might do anything. Of `known` files those that git has under the
 * same name, which is made of their content, are not read again.
 */
export async function readPolicyAt(
  repository: GitRepository,
  commit: string,
  known: Promise<readonly SourceFile[]> = Promise.resolve([]),
): Promise<readonly SourceFile[] | undefined> {
  // That they cannot be read is told by whoever reads them.
  const here = known.catch(() => []);
  const tree = await askGit(repository.root, ['rev-parse', '--verify', '--quiet', treeOf(repository, commit)]);
  if (tree.exitCode !== 0) return undefined;
  const entries = await listTree(repository, tree.stdout.toString().trim(), '', [...topFiles, 'policies']);
  const files = await readFiles(repository, entries, await here);
  files.push(...(await readLinks(repository, commit, entries)));
  if (!files.some(({ path }) => path === 'roles.yaml' || path === 'roles.yml')) return undefined;
  if (files.length > limits.policyFiles) {
    return [{ path: 'policies', fault: `holds more than ${limits.policyFiles} files` }];
  }
  return files.sort((left, right) => compareText(left.path, right.path));
}

/** The same files, where a file has not changed as the very object it is now: then it is compiled once for both. */
export function shareUnchanged(files: readonly SourceFile[], known: readonly SourceFile[]): readonly SourceFile[] {
  const byPath = new Map(known.map((file) => [file.path, file]));
  return files.map((file) => {
    const other = byPath.get(file.path);
    return other && (other === file || hasSameContent(other, file)) ? other : file;
  });
}

function hasSameContent(left: SourceFile, right: SourceFile): boolean {
  return 'content' in left && 'content' in right && Buffer.compare(left.content, right.content) === 0;
}

function treeOf({ prefix }: GitRepository, commit: string): string {
  return `${commit}:${prefix.replace(/\/$/, '')}`;
}

async function listTree(
  { root }: GitRepository,
  tree: string,
  below: string,
  paths: readonly string[],
): Promise<readonly TreeEntry[]> {
  const answer = await askGit(root, ['ls-tree', '-r', '-z', '-l', '--full-tree', tree, '--', ...paths]);
  if (answer.exitCode !== 0) throw gitFailure('list the files of the commit', answer);
  const lines = answer.stdout.toString().split('\0').slice(0, -1);
  return lines.map((line) => {
    const tab = line.indexOf('\t');
    const [mode = '', , object = '', size = ''] = line.slice(0, tab).split(/ +/);
    return { mode, object, size: Number(size), path: `${below}${line.slice(tab + 1)}` };
  });
}

function isDeciding({ path }: TreeEntry): boolean {
  return decidingKinds.has(classifyPath(path));
}

async function readFiles(
  { root }: GitRepository,
  entries: readonly TreeEntry[],
  known: readonly SourceFile[] = [],
): Promise<SourceFile[]> {
  const byPath = new Map(known.map((file) => [file.path, file]));
  const wanted: TreeEntry[] = [];
  const files: SourceFile[] = [];
  for (const entry of entries) {
    const fault = faultOf(entry);
    if (fault !== undefined) files.push({ path: entry.path, fault });
    else if (entry.mode !== modes.link && isDeciding(entry)) {
      const same = byPath.get(entry.path);
      if (same && isSameContent(same, entry)) files.push(same);
      else wanted.push(entry);
    }
  }
  const objects = await readObjects(
    root,
    wanted.map(({ object }) => object),
    'as they are',
  );
  for (const [index, { path }] of wanted.entries()) {
    const found = objects[index];
    files.push(found?.kind === 'blob' ? { path, content: found.content } : { path, fault: 'is not in the repository' });
  }
  return files;
}

function isSameContent(file: SourceFile, { size, object }: TreeEntry): boolean {
  if (!('content' in file) || file.content.length !== size) return false;
  return blobNameOf(file.content, object.length) === object;
}

function faultOf(entry: TreeEntry): string | undefined {
  const { mode, path, size } = entry;
  if (mode === modes.submodule)
    return isBelowPolicies(path) ? 'is a git submodule, whose files are elsewhere' : undefined;
  if (!isDeciding(entry)) return undefined;
  if (path.includes('\ufffd')) return 'has a name that is not UTF-8';
  return size > limits.fileBytes ? `is larger than ${limits.fileBytes / 1024 / 1024} MiB` : undefined;
}

function isBelowPolicies(path: string): boolean {
  return path.startsWith('policies/') && !path.split('/').some((segment) => segment.startsWith('.'));
}

/** What symbolic links lead to, as far as it is in the same commit. */
async function readLinks(
  repository: GitRepository,
  commit: string,
  entries: readonly TreeEntry[],
): Promise<readonly SourceFile[]> {
  const links = entries.filter(
    (entry) =>
      entry.mode === modes.link && (isDeciding(entry) || isBelowPolicies(entry.path) || entry.path === 'policies'),
  );
  // A line break would end the name that git is asked about.
  const asked = links.filter(({ path }) => !path.includes('\n'));
  const names = asked.map(({ path }) => `${commit}:${repository.prefix}${path}`);
  const objects = await readObjects(repository.root, names, 'following links');
  const files: SourceFile[] = links
    .filter((link) => !asked.includes(link))
    .map(({ path }) => ({ path, fault: 'is a symbolic link with a line break in its name' }));
  for (const [index, { path }] of asked.entries()) {
    const found = objects[index];
    if (found?.kind === 'tree') files.push(...(await readLinkedFolder(repository, found.object, path)));
    else if (found?.kind === 'blob') {
      if (decidingKinds.has(classifyPath(path))) files.push({ path, content: found.content });
    } else files.push({ path, fault: linkFaults[found?.kind ?? 'missing'] ?? danglingLinkFault });
  }
  return files;
}

const linkFaults: Readonly<Record<string, string>> = {
  symlink: 'is a symbolic link that leads out of the repository',
  loop: 'is a symbolic link that leads in circles',
};

async function readLinkedFolder(repository: GitRepository, tree: string, path: string): Promise<SourceFile[]> {
  const entries = await listTree(repository, tree, `${path}/`, []);
  const files = await readFiles(repository, entries);
  for (const entry of entries.filter(({ mode, path: linked }) => mode === modes.link && isBelowPolicies(linked))) {
    files.push({ path: entry.path, fault: 'is a symbolic link behind a symbolic link' });
  }
  return files;
}
