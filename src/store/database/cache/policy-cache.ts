import { randomBytes } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import { readCacheFile, writeCacheFile } from './cache-file.ts';
import { type CacheKey, deriveCacheKey, openCacheKey, sourceDigest } from './cache-key.ts';
import type { PublishedRelease, ReadFile } from '../releases/release.ts';
import { passingEnd } from './passing-file.ts';
import { type FolderTrust, preparePrivateFolder } from './private-folder.ts';

/** All that a sidecar needs to decide as the database would have it, at one state. */
export interface CachedPolicy {
  readonly release: PublishedRelease;
  /** Sorted by path. */
  readonly files: readonly ReadFile[];
  /** The clock the files were judged by. */
  readonly judgedAtMs: number;
  readonly members: readonly RuntimeMember[];
  readonly state: DatabaseState;
  /** When the database said last that this is how it is. */
  readonly lastWordMs: number;
}

/** The changes since the policy was written whole. */
export interface CachedChanges {
  /** The last value of each membership that changed; without assignments: it ended. */
  readonly members: readonly RuntimeMember[];
  readonly state: DatabaseState;
  readonly lastWordMs: number;
}

interface PolicyHead {
  readonly source: string;
  readonly release: PublishedRelease;
  readonly judgedAtMs: number;
  /** Path and length of each file; their contents follow, and then the memberships. */
  readonly files: readonly (readonly [path: string, bytes: number])[];
}

/** What is read first: it names the policy that was written whole, and has what changed since. */
interface Latest extends CachedChanges {
  readonly source: string;
  /** Random, of the very writing of that policy. */
  readonly writing: string;
}

/** The writing that is in use, and when the database said that it is so. */
export type WrittenPolicy = Pick<Latest, 'writing' | 'lastWordMs'>;

type Unusable = { readonly fault: string };

/** The state kept of a database, to decide by when it does not answer at the start. */
export interface KeptPolicy {
  /** Undefined: there is nothing that can be used. */
  readonly read: () => Promise<CachedPolicy | undefined>;
  /** Told when it is live, or why it cannot be. */
  readonly onUse: (kept: CachedPolicy, fault: string | undefined) => void;
}

/**
 * The last good policy of one database, on disk: the policy whole, and a file that names it and tells what changed
 * since. Files are replaced, never written to, and are used only when they are just what was written with our key: a
 * policy by the name of its writing, which the other file has, so that no two of different times go together.
 */
export class PolicyCache {
  readonly folder: string;
  /** Where the lock of those who write is. */
  readonly lockPath: string;
  /** Whether nobody else can write to the folder. */
  readonly trust: FolderTrust;
  readonly #source: string;
  readonly #openKey: () => Promise<CacheKey>;
  readonly #name: string;
  readonly #latestPath: string;

  /**
   * `source` tells one database from another; it is kept as its digest alone. `secret` makes the key; without one, a
   * key of its own lies in the folder. Throws where others can write to the folder.
   */
  static async open(folder: string, source: string, secret?: string): Promise<PolicyCache> {
    const trust = await preparePrivateFolder(folder, 'the cache');
    const digest = sourceDigest(source);
    const keyPath = join(folder, `${digest.slice(0, nameCharacters)}.key`);
    // A key in the folder is looked for each time: the folder may have been emptied, or full when it was to be made.
    const derived = secret === undefined ? undefined : await deriveCacheKey(secret, digest);
    const openKey = (): Promise<CacheKey> => (derived ? Promise.resolve(derived) : openCacheKey(keyPath));
    const cache = new PolicyCache(folder, trust, digest, openKey);
    await cache.#removeLeftovers().catch(() => undefined);
    return cache;
  }

  private constructor(folder: string, trust: FolderTrust, source: string, openKey: () => Promise<CacheKey>) {
    this.folder = folder;
    this.trust = trust;
    this.#source = source;
    this.#openKey = openKey;
    this.#name = source.slice(0, nameCharacters);
    this.#latestPath = join(folder, `${this.#name}.latest`);
    this.lockPath = join(folder, `${this.#name}.lock`);
  }

  /** What was kept, or why it cannot be used. Nothing that is in doubt is ever used, in part neither. */
  async read(): Promise<CachedPolicy | Unusable> {
    for (let tries = 0; ; tries += 1) {
      const latest = await this.#readLatest();
      if (latest === undefined) return { fault: `\`${this.folder}\` holds no policy of this database` };
      if ('fault' in latest) return latest;
      const path = this.#pathOf(latest.writing);
      const policy = await readCacheFile(path, this.#openKey);
      // Somebody who shares the folder may just have replaced it.
      if (policy === undefined && tries < mostTries) continue;
      if (policy === undefined) return { fault: `\`${path}\` is missing` };
      if ('fault' in policy) return { fault: `\`${path}\` ${policy.fault}` };
      return this.#combine(path, policy, latest);
    }
  }

  /**
   * Replaces everything. Answers the name of this writing, which changes refer to. `confirm` is asked at the last
   * moment before it takes effect, and throws when it must not.
   */
  async writePolicy(policy: CachedPolicy, confirm?: () => Promise<void>): Promise<string> {
    const before = await this.readWritten();
    const writing = randomBytes(16).toString('hex');
    const { state, lastWordMs } = policy;
    try {
      await writeCacheFile(this.#pathOf(writing), policyParts(policy, this.#source), await this.#openKey());
      await this.writeChanges({ members: [], state, lastWordMs }, writing, confirm);
    } catch (error) {
      await rm(this.#pathOf(writing), { force: true }).catch(() => undefined);
      throw error;
    }
    if (before) await rm(this.#pathOf(before.writing), { force: true }).catch(() => undefined);
    return writing;
  }

  /** Replaces what changed since a policy was written whole. */
  async writeChanges(changes: CachedChanges, writing: string, confirm?: () => Promise<void>): Promise<void> {
    const { members, state, lastWordMs } = changes;
    const latest: Latest = { source: this.#source, writing, members, state, lastWordMs };
    const parts = [Buffer.from(JSON.stringify(latest))];
    await writeCacheFile(this.#latestPath, parts, await this.#openKey(), confirm);
  }

  /** What is in use now; undefined when it has to be written anew by whoever can. */
  async readWritten(): Promise<WrittenPolicy | undefined> {
    const latest = await this.#readLatest();
    if (latest === undefined || 'fault' in latest) return undefined;
    const { writing, lastWordMs } = latest;
    const isThere = await stat(this.#pathOf(writing)).then(
      () => true,
      () => false,
    );
    return isThere ? { writing, lastWordMs } : undefined;
  }

  #pathOf(writing: string): string {
    return join(this.folder, `${this.#name}-${writing}${policyEnd}`);
  }

  async #readLatest(): Promise<Latest | Unusable | undefined> {
    const path = this.#latestPath;
    const bytes = await readCacheFile(path, this.#openKey);
    if (bytes === undefined) return undefined;
    if ('fault' in bytes) return { fault: `\`${path}\` ${bytes.fault}` };
    const latest = parseJson(bytes) as Latest | undefined;
    // Signed, and yet not as this version writes it.
    if (latest === undefined || !writingPattern.test(latest.writing)) return { fault: `\`${path}\` is damaged` };
    return latest.source === this.#source ? latest : { fault: `\`${path}\` is of another database` };
  }

  #combine(path: string, bytes: Buffer, latest: Latest): CachedPolicy | Unusable {
    try {
      const end = bytes.indexOf(lineEnd);
      const head = JSON.parse(bytes.subarray(0, end).toString('utf8')) as PolicyHead;
      if (head.source !== this.#source) return { fault: `\`${path}\` is of another database` };
      const { release, judgedAtMs } = head;
      const [files, at] = readFiles(bytes, end + 1, head.files);
      const members = applyChanges(readMembers(bytes.subarray(at)), latest.members);
      const { state, lastWordMs } = latest;
      return { release, files, judgedAtMs, members, state, lastWordMs };
    } catch {
      return { fault: `\`${path}\` is damaged` };
    }
  }

  // Of processes that were killed while they wrote.
  async #removeLeftovers(): Promise<void> {
    const current = (await this.readWritten())?.writing;
    for (const name of await readdir(this.folder)) {
      const isPolicy = name.startsWith(`${this.#name}-`) && name.endsWith(policyEnd);
      const isLeft = name.endsWith(passingEnd) || (isPolicy && current !== undefined && !name.includes(current));
      if (!isLeft) continue;
      const path = join(this.folder, name);
      const { mtimeMs } = await stat(path);
      if (Math.abs(Date.now() - mtimeMs) > leftoverMs) await rm(path, { force: true });
    }
  }
}

const policyEnd = '.policy';
const nameCharacters = 16;
const writingPattern = /^[0-9a-f]{32}$/;
const mostTries = 3;

/** Longer than anybody takes to write a file. */
const leftoverMs = 600_000;

const lineEnd = 0x0a;
const membersPerLine = 250;

function* policyParts({ release, judgedAtMs, files, members }: CachedPolicy, source: string): Generator<Uint8Array> {
  const listed = files.map(({ path, content }) => [path, content.length] as const);
  const head: PolicyHead = { source, release, judgedAtMs, files: listed };
  yield Buffer.from(`${JSON.stringify(head)}\n`);
  for (const { content } of files) yield content;
  for (let first = 0; first < members.length; first += membersPerLine) {
    yield Buffer.from(`${JSON.stringify(members.slice(first, first + membersPerLine))}\n`);
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function readFiles(bytes: Buffer, from: number, listed: PolicyHead['files']): [ReadFile[], number] {
  let at = from;
  const files = listed.map(([path, length]) => {
    // A copy: a piece of the file would keep all of it in memory.
    const content = new Uint8Array(bytes.subarray(at, at + length));
    at += length;
    return { path, content };
  });
  return [files, at];
}

function readMembers(bytes: Buffer): RuntimeMember[] {
  const members: RuntimeMember[] = [];
  for (let from = 0, end = 0; from < bytes.length; from = end + 1) {
    end = bytes.indexOf(lineEnd, from);
    for (const member of JSON.parse(bytes.subarray(from, end).toString('utf8')) as RuntimeMember[])
      members.push(member);
  }
  return members;
}

function applyChanges(members: readonly RuntimeMember[], changed: readonly RuntimeMember[]): RuntimeMember[] {
  const latest = new Map(changed.map((member) => [memberKeyOf(member), member]));
  if (latest.size === 0) return [...members];
  const kept = members.filter((member) => !latest.has(memberKeyOf(member)));
  for (const member of latest.values()) if (member.assignments.length > 0) kept.push(member);
  return kept;
}

/** One text for each place and subject; quoted, so that none can be forged. */
export function memberKeyOf({ place, subject }: RuntimeMember): string {
  return JSON.stringify([place.kind, place.id, subject.type, subject.id]);
}
