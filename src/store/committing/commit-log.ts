import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askGit, gitFailure, gitTimeoutMs, startGit, tellGit } from '../git/git-command.ts';
import { withObjects } from '../git/git-objects.ts';
import type { GitPlace } from '../git/git-place.ts';
import { limits } from '../../policy/limits.ts';
import type { GitPerson } from './git-person.ts';

/** A commit that touched the policy, as `git log` tells it. */
export interface LoggedCommit {
  readonly commit: string;
  readonly atMs: number;
  readonly author: GitPerson;
  readonly message: string;
}

// Older ones are not told: nobody scrolls so far, and all are kept in memory.
const mostCommits = 10_000;
const mostLogBytes = 64 * 1024 * 1024;

const plain = ['--no-show-signature', '--no-notes', '--no-color', '--encoding=UTF-8'];
const format = '--format=%H%n%at%n%an%n%ae%n%B';

/** Commits that touched the policy, the newest first: those after `known` where the tip builds upon it, else all. */
export async function readLog(
  place: GitPlace,
  tip: string,
  known: string | undefined,
): Promise<{ readonly commits: readonly LoggedCommit[]; readonly isWhole: boolean }> {
  const isLater =
    known !== undefined && (await askGit(place, ['merge-base', '--is-ancestor', known, tip])).exitCode === 0;
  const range = isLater ? [tip, `^${known}`] : [tip];
  const args = ['log', '-z', ...plain, `--max-count=${mostCommits}`, format, ...range, '--', ...policyPaths(place)];
  const cut = await readCutCommits(place);
  const commits = (await readParts(place, args)).flatMap(parseCommit).filter(({ commit }) => !cut.has(commit));
  return { commits, isWhole: !isLater };
}

/**
 * The commits at which a clone ends that was cut off: nothing is known of what they changed, since what they build upon
 * is not there.
 */
export async function readCutCommits(place: GitPlace): Promise<ReadonlySet<string>> {
  return readCutAt(place.top === place.folder ? join(place.folder, 'shallow') : await findCutFile(place));
}

// In a linked worktree it lies elsewhere.
async function findCutFile(place: GitPlace): Promise<string> {
  const { exitCode, stdout, stderr } = await askGit(place, [
    'rev-parse',
    '--path-format=absolute',
    '--git-path',
    'shallow',
  ]);
  if (exitCode !== 0) throw gitFailure('list the changes', stderr);
  return stdout.toString().replace(/\n$/, '');
}

async function readCutAt(path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((line) => line !== ''));
}

/** One commit, whatever it touched. */
export async function readCommit(place: GitPlace, commit: string): Promise<LoggedCommit | undefined> {
  const args = ['log', '-z', '--no-walk', ...plain, format, commit];
  return (await readParts(place, args)).flatMap(parseCommit)[0];
}

/** What git says, in parts with a zero byte between them; no more of them than are kept. */
async function readParts(place: GitPlace, args: readonly string[]): Promise<readonly string[]> {
  const git = startGit(place, args);
  const timer = setTimeout(() => git.kill('SIGKILL'), gitTimeoutMs);
  const closed = once(git, 'close');
  // Told below, where what it said is read.
  closed.catch(() => undefined);
  git.stdin.on('error', () => undefined).end();
  let [stderr, bytes] = ['', 0];
  git.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(0, mostErrorCharacters)));
  const pieces: Buffer[] = [];
  try {
    for await (const piece of git.stdout as AsyncIterable<Buffer>) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes >= mostLogBytes) break;
    }
    const isCut = bytes >= mostLogBytes;
    if (isCut) git.kill('SIGKILL');
    const [exitCode] = (await closed) as [number | null];
    if (exitCode !== 0 && !isCut) throw gitFailure('list the changes', stderr);
    const parts = Buffer.concat(pieces).toString().split('\0');
    return isCut ? parts.slice(0, -1) : parts;
  } finally {
    clearTimeout(timer);
  }
}

const mostErrorCharacters = 4096;

function parseCommit(text: string): LoggedCommit[] {
  const [commit = '', at = '', name = '', mail = '', ...message] = text.split('\n');
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return [];
  return [{ commit, atMs: Number(at) * 1000, author: { name, mail }, message: message.join('\n') }];
}

function policyPaths({ prefix }: GitPlace): string[] {
  return ['roles.yaml', 'model.conf', 'policies'].map((path) => `${prefix}${path}`);
}

/** The content of a file before and after a commit; undefined: there is none. */
export interface CommitDifference {
  /** Below the policy directory. */
  readonly path: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** What a commit changed in the policy, against its first parent. */
export async function readDifferences(place: GitPlace, commit: string): Promise<readonly CommitDifference[]> {
  const against = await askGit(place, ['rev-parse', '--quiet', '--verify', `${commit}^1`]);
  const trees = against.exitCode === 0 ? [against.stdout.toString().trim(), commit] : ['--root', commit];
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--no-commit-id', ...trees, '--', ...policyPaths(place)];
  const { exitCode, stdout, stderr } = await tellGit(place, args, { mostBytes: mostLogBytes });
  if (exitCode !== 0) throw gitFailure('tell what a commit changed', stderr);
  const words = stdout.toString().split('\0');
  return withObjects(place, async (objects) => {
    const content = async (mode = '', name = ''): Promise<Uint8Array | undefined> => {
      if (!mode.startsWith('100')) return undefined;
      const found = await objects.read(name, limits.fileBytes);
      return found.kind === 'blob' ? found.content : undefined;
    };
    const differences: CommitDifference[] = [];
    for (let at = 0; at + 1 < words.length; at += 2) {
      const [wasMode, isMode, was, is] = (words[at] ?? '').replace(/^:/, '').split(' ');
      const path = (words[at + 1] ?? '').slice(place.prefix.length);
      differences.push({ path, before: await content(wasMode, was), after: await content(isMode, is) });
    }
    return differences;
  });
}
