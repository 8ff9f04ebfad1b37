import { lstat, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLineFeeds } from '../../policy/text/line-ends.ts';
import { askGit, gitFailure, type GitAnswer, tellGit } from '../git/git-command.ts';
import { blobNameOf } from '../git/git-objects.ts';
import { findGitPlace, type GitPlace } from '../git/git-place.ts';
import { RefusedCommit } from './refused-commit.ts';

/** A file as it is on disk and is to be, below the policy directory. */
export interface TouchedFile {
  readonly path: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** A touched file as git is to store it. */
export interface FileToCommit {
  /** Below the top of the work tree. */
  readonly path: string;
  readonly mode: '100644' | '100755';
  /** The name of what git has of it now; null: nothing. */
  readonly before: string | null;
  /** Undefined: nothing. */
  readonly content: Uint8Array | undefined;
}

interface Entry {
  readonly mode: string;
  readonly name: string;
}

/** Finds how files are to be committed. Throws a RefusedCommit where one is not on disk as it was committed last. */
export async function findFilesToCommit(
  place: GitPlace,
  commit: string,
  touched: readonly TouchedFile[],
): Promise<readonly FileToCommit[]> {
  const files = touched.map((file) => ({ ...file, shown: file.path, path: `${place.prefix}${file.path}` }));
  const paths = files.map(({ path }) => path);
  for (const file of files) await requireOwnPlace(place, file);
  const folders = new Set(paths.flatMap(foldersOf));
  const fresh = files.filter(({ before }) => before === undefined).map(({ path }) => path);
  const [committed, staged, attributes] = await Promise.all([
    readEntries(askGit(place, ['ls-tree', '-z', commit, '--', ...folders, ...paths])),
    readEntries(askGit(place, ['ls-files', '--stage', '-z', '--', ...paths])),
    readAttributes(place, paths),
    requireNotIgnored(place, fresh),
  ]);
  for (const folder of folders) requireFolder(folder, committed.get(folder));
  const found: FileToCommit[] = [];
  for (const file of files) {
    const [was, is] = [committed.get(file.path), staged.get(file.path)];
    if (was?.name !== is?.name || was?.mode !== is?.mode) {
      throw dirty(file.shown, 'has staged changes', 'commit them, or unstage them with `git restore --staged`');
    }
    found.push(await fileToCommit(place, file, was, attributes.get(file.path) ?? new Map()));
  }
  return found;
}

async function fileToCommit(
  place: GitPlace,
  { path, shown, before, after }: TouchedFile & { readonly shown: string },
  was: Entry | undefined,
  attributes: ReadonlyMap<string, string>,
): Promise<FileToCommit> {
  for (const name of ['filter', 'ident', 'working-tree-encoding']) {
    if (!isSet(attributes.get(name))) continue;
    const help = 'leave policy files out of that attribute';
    throw new RefusedCommit('not-in-git', `\`${shown}\` is stored otherwise than it is on disk: \`${name}\``, help);
  }
  if (before === undefined) {
    if (was) throw dirty(shown, 'was deleted and not committed', 'commit that, or bring it back with `git restore`');
    const content = after && (isText(attributes) ? withLineFeeds(after) : after);
    return { path, mode: '100644', before: null, content };
  }
  if (!was) throw dirty(shown, 'is not committed yet', 'commit it with `git add` and `git commit`');
  const { mode } = was;
  if (mode !== '100644' && mode !== '100755')
    throw dirty(shown, 'is not a file in git', 'look at it with `git status`');
  const [isAsItIs, isWithLineFeeds] = [before, withLineFeeds(before)].map(
    (content) => blobNameOf(content, was.name.length) === was.name,
  );
  const isOtherwise = !isAsItIs && !isWithLineFeeds;
  // Git would store it with other line ends than it has it.
  const isToRenew = isAsItIs === true && isText(attributes) && withLineFeeds(before) !== before;
  if (isOtherwise || isToRenew || (await isModeChanged(place, path, mode))) {
    throw dirty(shown, 'has changes that are not committed', 'commit them, or take them back with `git restore`');
  }
  return { path, mode, before: was.name, content: after && (isAsItIs ? after : withLineFeeds(after)) };
}

function dirty(shown: string, what: string, help: string): RefusedCommit {
  return new RefusedCommit('dirty', `\`${shown}\` ${what}, and the change would be mixed with it`, help);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== 'unset' && value !== 'unspecified';
}

// As gitattributes(5) has it: `eol` alone means text.
function isText(attributes: ReadonlyMap<string, string>): boolean {
  const [text, eol] = [attributes.get('text'), attributes.get('eol')];
  return text === 'set' || (text === 'unspecified' && isSet(eol));
}

// By names that are no links: what a link leads to is no part of the log of the policy. A folder with a repository of its
// own, a submodule too, is committed there.
async function requireOwnPlace(place: GitPlace, { path, shown }: { path: string; shown: string }): Promise<void> {
  for (const part of [path, ...foldersOf(path).reverse(), '']) {
    const named = join(place.top, part);
    const real = await realpath(named).catch(() => undefined);
    if (real === undefined) continue;
    if (real !== named) {
      const help = 'have the file itself in its place';
      throw new RefusedCommit('not-in-git', `\`${shown}\` is reached by a symbolic link`, help);
    }
    const own = await findGitPlace(part === path ? dirname(named) : named);
    if (own?.folder === place.folder) return;
    const help = 'changes are committed in one repository; have the policy in one';
    throw new RefusedCommit('not-in-git', `\`${shown}\` lies in another repository, at \`${own?.top ?? ''}\``, help);
  }
}

function requireFolder(folder: string, entry: Entry | undefined): void {
  if (entry?.mode !== '160000') return;
  const help = 'changes are committed in one repository; have the policy in one';
  throw new RefusedCommit('not-in-git', `\`${folder}\` is a submodule, whose files are in another repository`, help);
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
}

/** Reads lines such as `100644 blob NAME\tPATH` and `100644 NAME 0\tPATH`. */
async function readEntries(asked: Promise<GitAnswer>): Promise<ReadonlyMap<string, Entry>> {
  const { exitCode, stdout, stderr } = await asked;
  if (exitCode !== 0) throw gitFailure('list the files that are changed', stderr);
  const entries = new Map<string, Entry>();
  for (const line of stdout.toString().split('\0')) {
    const [, mode, first, second, path] = /^(\d+) (\S+) (\S+)\t(.*)$/s.exec(line) ?? [];
    if (mode === undefined || first === undefined || second === undefined || path === undefined) continue;
    const [name, stage] = /^[0-3]$/.test(second) ? [first, second] : [second, '0'];
    // What is not merged yet has no one name.
    entries.set(path, stage === '0' ? { mode, name } : { mode, name: `${name} ${stage}` });
  }
  return entries;
}

const asked = ['filter', 'ident', 'working-tree-encoding', 'text', 'eol'];

async function readAttributes(
  place: GitPlace,
  paths: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const { exitCode, stdout, stderr } = await askGit(place, ['check-attr', '-z', ...asked, '--', ...paths]);
  if (exitCode !== 0) throw gitFailure('read the attributes of the files', stderr);
  const found = new Map<string, Map<string, string>>();
  const words = stdout.toString().split('\0');
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [path = '', name = '', value = ''] = words.slice(at, at + 3);
    found.set(path, (found.get(path) ?? new Map<string, string>()).set(name, value));
  }
  return found;
}

async function requireNotIgnored(place: GitPlace, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  // This command takes no literal names; what begins with a dot and a slash is one.
  const input = paths.map((path) => `./${path}\0`).join('');
  const args = ['--no-literal-pathspecs', 'check-ignore', '-z', '--stdin'];
  const { exitCode, stdout, stderr } = await tellGit(place, args, { input });
  if (exitCode > 1) throw gitFailure('tell which files are ignored', stderr);
  const [ignored] = stdout.toString().split('\0');
  if (exitCode !== 0 || ignored === undefined) return;
  throw new RefusedCommit('not-in-git', `git ignores \`${ignored.replace('./', '')}\``, 'take it out of `.gitignore`');
}

async function isModeChanged(place: GitPlace, path: string, mode: string): Promise<boolean> {
  const stats = await lstat(join(place.top, path));
  if (((stats.mode & 0o100) !== 0) === (mode === '100755')) return false;
  const { stdout } = await askGit(place, ['config', '--type=bool', '--get', 'core.fileMode']);
  return stdout.toString().trim() !== 'false';
}
