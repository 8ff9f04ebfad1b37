import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import type { ReasonCode } from '../../src/policy/decision.ts';
import type { Place, RuntimeAssignment } from '../../src/policy/runtime-member.ts';
import type { Database } from '../../src/store/database/database.ts';
import type { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { LiveDatabase } from '../../src/store/database/following/live-database.ts';
import type { LiveDatabaseOptions } from '../../src/store/database/following/live-database-options.ts';
import type { MemberChangeRequest } from '../../src/store/database/members/member-change.ts';
import { migrateDatabase } from '../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { publishRelease, type PublishOutcome } from '../../src/store/database/releases/publish-release.ts';
import type { ReadFile } from '../../src/store/database/releases/release.ts';
import { ask } from './compile-yaml.ts';
import { governedPolicy, smallPolicy } from './policy-folder.ts';
import { waitFor } from './wait-for.ts';

export const support: Place = { kind: 'workspace', id: 'support' };
export const acme: Place = { kind: 'organization', id: 'acme' };

/** A change that makes a subject hold just these roles, by somebody who may do it. */
export function changeOf(
  place: Place,
  id: string,
  ...roles: readonly (string | RuntimeAssignment)[]
): MemberChangeRequest {
  const assignments = roles.map((role) => (typeof role === 'string' ? { role } : role));
  const actor = { type: 'user', id: place.kind === 'workspace' ? 'wim@acme.example' : 'olu@acme.example' };
  return { place, subject: { type: 'user', id }, assignments, actor };
}

/** Who publishes, as a process of its own would. */
export class Publisher {
  readonly url: DatabaseUrl;
  readonly #database: Promise<Database>;

  constructor(url: DatabaseUrl) {
    this.url = url;
    this.#database = openDatabase(url, 'write', '/').then(async (database) => {
      await migrateDatabase(database);
      return database;
    });
  }

  get database(): Promise<Database> {
    return this.#database;
  }

  /** Publishes the governed policy with these files changed, and runs a statement in the transaction, or waits in it. */
  async publish(
    edits: Record<string, string> = {},
    statement?: string,
    beforeCommit?: () => Promise<void>,
  ): Promise<PublishOutcome> {
    const texts = { ...governedPolicy(), ...edits };
    const files: ReadFile[] = Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) }));
    files.sort((left, right) => (left.path < right.path ? -1 : 1));
    const atMs = Date.now();
    const { policy, problems } = compilePolicy(files, atMs);
    if (!policy) assert.fail(JSON.stringify(problems));
    const commit = '0123456789012345678901234567890123456789';
    const database = await this.#database;
    const altered: Database = {
      url: this.url,
      read: (work) => database.read(work),
      note: (work) => database.note(work),
      write: (work, queueMs) =>
        database.write(async (manager) => {
          const result = await work(manager);
          if (statement !== undefined) await manager.query(statement);
          await beforeCommit?.();
          return result;
        }, queueMs),
      close: () => database.close(),
    };
    return publishRelease(altered, { policy, files, commit, author: 'ana', now: Date.now });
  }

  async close(): Promise<void> {
    await (await this.#database).close();
  }
}

/** For a clock that never strikes: what is heard then was told. */
export const neverMs = 2 ** 30;

/** A database, who publishes to it, and who follows it. */
export class FollowedDatabase {
  readonly url: DatabaseUrl;
  readonly publisher: Publisher;
  readonly #followers: LiveDatabase[] = [];

  private constructor(url: DatabaseUrl) {
    this.url = url;
    this.publisher = new Publisher(url);
  }

  static async create(url: DatabaseUrl): Promise<FollowedDatabase> {
    const followed = new FollowedDatabase(url);
    await followed.publisher.database;
    return followed;
  }

  follow(options: Partial<LiveDatabaseOptions> = {}, url = this.url): LiveDatabase {
    const live = new LiveDatabase(url, { cwd: '/', pollMs: 50, ...options });
    this.#followers.push(live);
    return live;
  }

  async close(): Promise<void> {
    for (const follower of this.#followers) await follower.close();
    await this.publisher.close();
  }
}

/** What an engine says to somebody who asks in `support` now. */
export function decide(live: LiveDatabase, id: string, permission: string): ReasonCode | 'no policy' {
  return live.current?.engine.decide(ask(id, permission), Date.now()) ?? 'no policy';
}

export function untilDecision(live: LiveDatabase, id: string, permission: string, code: ReasonCode): Promise<void> {
  return waitFor(`${code} for ${id}`, () => decide(live, id, permission) === code);
}

const supportText = smallPolicy()['policies/support.yaml'] ?? '';

/** The support workspace with one member more. */
export const withEve = { 'policies/support.yaml': `${supportText}  eve: team-lead\n` };
export const withDan = { 'policies/support.yaml': `${supportText}  dan: team-lead\n` };
