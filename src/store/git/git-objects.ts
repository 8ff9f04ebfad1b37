import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { RolebookError } from '../../policy/errors.ts';
import { withLineFeeds } from '../../policy/text/line-ends.ts';
import { describeGitFailure, gitFailure, gitTimeoutMs, startGit } from './git-command.ts';
import type { GitPlace } from './git-place.ts';

export type GitObject =
  | {
      readonly kind: 'blob' | 'tree' | 'commit' | 'tag';
      /** Its full name. */
      readonly object: string;
      readonly size: number;
      /** Undefined: it is larger than what was asked for. */
      readonly content: Buffer | undefined;
    }
  | { readonly kind: 'missing' };

interface Question {
  readonly mostBytes: number;
  readonly answer: (object: GitObject) => void;
  readonly fail: (error: Error) => void;
}

const lineFeed = 10;

// Git says in a line what went wrong.
const mostErrorCharacters = 4096;

/** Runs `work` with a git that reads objects for it: one process, however many there are. */
export async function withObjects<Result>(
  place: GitPlace,
  work: (objects: GitObjects) => Promise<Result>,
  timeoutMs = gitTimeoutMs,
): Promise<Result> {
  const objects = new GitObjects(place, timeoutMs);
  try {
    return await work(objects);
  } finally {
    objects.close();
  }
}

/** A reader of objects of a repository by their names, in the order of the questions. */
export class GitObjects {
  readonly #git: ChildProcessWithoutNullStreams;
  readonly #timer: NodeJS.Timeout;
  readonly #questions: Question[] = [];
  #asked = 0;
  #failure: RolebookError | undefined;
  #stderr = '';
  /** The beginning of a line that says what comes. */
  #line = Buffer.alloc(0);
  /** What is being received; undefined between two objects. */
  #arriving:
    | { readonly head: Exclude<GitObject, { kind: 'missing' }>; readonly pieces: Buffer[]; left: number }
    | undefined;

  constructor(place: GitPlace, timeoutMs: number) {
    this.#git = startGit(place, ['cat-file', '--batch']);
    this.#timer = setTimeout(() => {
      this.#fail(describeGitFailure(Object.assign(new Error(), { killed: true }), timeoutMs));
    }, timeoutMs);
    this.#git.on('error', (error) => this.#fail(describeGitFailure(error, timeoutMs)));
    this.#git.on('close', () => this.#fail(gitFailure('read the commit', this.#stderr)));
    this.#git.stdin.on('error', () => undefined);
    this.#git.stderr.on('data', (bytes: Buffer) => {
      if (this.#stderr.length < mostErrorCharacters) this.#stderr += bytes.toString();
    });
    this.#git.stdout.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  /** The object of a name such as `HEAD^{commit}`. What is larger than `mostBytes` comes without its content. */
  read(name: string, mostBytes: number): Promise<GitObject> {
    // A line break would begin the next question, and what comes of it would be taken for another answer.
    if (/[\n\r\0]/.test(name)) return Promise.resolve({ kind: 'missing' });
    return new Promise((answer, fail) => {
      if (this.#failure) return fail(this.#failure);
      this.#questions.push({ mostBytes, answer, fail });
      this.#git.stdin.write(`${name}\n`);
    });
  }

  close(): void {
    this.#fail(new RolebookError('unavailable', 'git is not asked any more'));
  }

  #fail(failure: RolebookError): void {
    if (this.#failure) return;
    this.#failure = failure;
    clearTimeout(this.#timer);
    this.#git.kill('SIGKILL');
    for (const { fail } of this.#questions.splice(0).slice(this.#asked)) fail(failure);
  }

  #take(bytes: Buffer): void {
    let start = 0;
    while (start < bytes.length && !this.#failure) {
      start = this.#arriving ? this.#takeContent(bytes, start) : this.#takeLine(bytes, start);
    }
  }

  // `<object> <kind> <size>`, a line feed, the content, a line feed; or a line that says why not.
  #takeLine(bytes: Buffer, start: number): number {
    const end = bytes.indexOf(lineFeed, start);
    this.#line = Buffer.concat([this.#line, bytes.subarray(start, end < 0 ? bytes.length : end)]);
    if (end < 0) return bytes.length;
    const line = this.#line.toString();
    this.#line = Buffer.alloc(0);
    const [, object, kind, size] = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(line) ?? [];
    if (object === undefined) this.#answer({ kind: 'missing' });
    else {
      const head = { kind: kind as 'blob', object, size: Number(size), content: undefined };
      this.#arriving = { head, pieces: [], left: head.size + 1 };
    }
    return end + 1;
  }

  #takeContent(bytes: Buffer, start: number): number {
    const arriving = this.#arriving;
    if (!arriving) return start;
    const { head, pieces } = arriving;
    const end = Math.min(bytes.length, start + arriving.left);
    const isWanted = head.size <= (this.#questions[this.#asked]?.mostBytes ?? 0);
    if (isWanted) pieces.push(bytes.subarray(start, end));
    arriving.left -= end - start;
    if (arriving.left > 0) return end;
    this.#arriving = undefined;
    // A copy, without the line feed: the pieces are parts of larger buffers, which it would keep in memory.
    this.#answer(isWanted ? { ...head, content: Buffer.concat(pieces, head.size) } : head);
    return end;
  }

  #answer(object: GitObject): void {
    const question = this.#questions[this.#asked];
    this.#asked += 1;
    question?.answer(object);
  }
}

/**
 * The name that git gives to this content, in a repository whose names are so many hexadecimal digits long: SHA-1 or
 * SHA-256 over a header and the content (git-scm.com/docs/git-hash-object, gitrepository-layout). Undefined for a length
 * that no git is known to use.
 */
export function blobNameOf(content: Uint8Array, digits: number): string | undefined {
  const algorithm = algorithms[digits];
  if (algorithm === undefined) return undefined;
  return createHash(algorithm).update(`blob ${content.length}\0`).update(content).digest('hex');
}

const algorithms: Readonly<Record<number, string>> = { 40: 'sha1', 64: 'sha256' };

/** Names of contents, each made once for as long as the content is kept. */
const known = new WeakMap<Uint8Array, string>();

/** Whether git has this content under this name. */
export function isNamed(content: Uint8Array, name: string): boolean {
  const kept = known.get(content);
  if (kept?.length === name.length) return kept === name;
  const made = blobNameOf(content, name.length);
  if (made !== undefined) known.set(content, made);
  return made === name;
}

/** Whether git has this content under this name, laid on disk with the line ends of Windows or as it is. */
export function isNamedInAnyLineEnds(content: Uint8Array, name: string): boolean {
  if (isNamed(content, name)) return true;
  const other = withLineFeeds(content);
  return other !== content && blobNameOf(other, name.length) === name;
}
