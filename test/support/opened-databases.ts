import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { rowsBeside } from '../../src/compile/casbin/rows-beside.ts';
import { runtimeRows } from '../../src/compile/casbin/runtime-rows.ts';
import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import { changedMemberships } from '../../src/policy/membership/changed-memberships.ts';
import { PolicyPlaces } from '../../src/policy/policy-places.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import type { DatabaseState, Place, RuntimeAssignment } from '../../src/policy/runtime-member.ts';
import { changeMember } from '../../src/store/database/members/change-member.ts';
import type { Database, DatabaseAccess } from '../../src/store/database/database.ts';
import type { DatabaseKind } from '../../src/store/database/database-url.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { casbinRules, events, members } from '../../src/store/database/tables/entities.ts';
import type {
  MemberChangeHooks,
  MemberChangeRequest,
  MemberChangeResult,
} from '../../src/store/database/members/member-change.ts';
import { migrateDatabase } from '../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import type { Publication } from '../../src/store/database/releases/publish-release.ts';
import { readMembers, readState } from '../../src/store/database/members/read-changes.ts';
import type { ReadFile } from '../../src/store/database/releases/release.ts';
import { govern, smallPolicy } from './policy-folder.ts';
import { testDatabases, type TestDatabases } from './test-databases.ts';

export const atMs = Date.UTC(2026, 10, 20, 9);

/** A database of a test, and more connections to it. */
export interface OpenedDatabase {
  readonly text: string;
  /** Migrated, for writing. */
  readonly database: Database;
  readonly connect: (access: DatabaseAccess) => Promise<Database>;
}

/** Runs the same tests on each kind of database, each test on an empty one. */
export function onEachDatabase(
  title: string,
  define: (opened: () => OpenedDatabase, kind: DatabaseKind) => void,
): void {
  for (const { kind, open } of testDatabases) {
    describe(`${title}, on ${kind}`, () => {
      let databases: TestDatabases;
      let current: OpenedDatabase | undefined;
      let connections: Database[] = [];

      before(async function () {
        this.timeout(60_000);
        databases = await open();
      });
      after(() => databases.dispose());
      beforeEach(async () => {
        const text = await databases.create();
        const connect = async (access: DatabaseAccess): Promise<Database> => {
          const database = await openDatabase(new DatabaseUrl(text, '--database'), access, '/');
          connections.push(database);
          return database;
        };
        const database = await connect('write');
        await migrateDatabase(database);
        current = { text, database, connect };
      });
      afterEach(async () => {
        await Promise.all(connections.map((database) => database.close()));
        connections = [];
      });

      define(() => current ?? assert.fail('no database'), kind);
    });
  }
}

/** The small policy with some of its texts edited. */
export function publicationOf(
  edits: Readonly<Record<string, (text: string) => string>> = {},
  { atMs: now = atMs, ...more }: Partial<Publication> & { readonly atMs?: number } = {},
): Publication {
  const files: ReadFile[] = Object.entries(smallPolicy()).flatMap(([path, text]) => {
    const edited = edits[path]?.(text) ?? text;
    return edited === '' ? [] : [{ path, content: Buffer.from(edited) }];
  });
  const { policy, problems } = compilePolicy(files, now);
  if (!policy) assert.fail(problems.map(({ message }) => message).join('\n'));
  return { policy, files, commit: 'c0ffee', author: 'ana', now: () => now, ...more };
}

/** The small policy where who may create tags may change members, too. */
export function governedPublication(more: Parameters<typeof publicationOf>[1] = {}): Publication {
  return publicationOf({ 'roles.yaml': govern }, more);
}

export const support: Place = { kind: 'workspace', id: 'support' };
export const acme: Place = { kind: 'organization', id: 'acme' };

/** A request with the time by which its rows for Casbin are made. */
export type TimedRequest = MemberChangeRequest & { readonly atMs: number };

/** A change that Ana asks for. */
export function request(
  id: string,
  roles: readonly (string | RuntimeAssignment)[],
  more: Partial<TimedRequest> = {},
): TimedRequest {
  const assignments = roles.map((role) => (typeof role === 'string' ? { role } : role));
  const who = { subject: { type: 'user', id }, actor: { type: 'user', id: 'ana@acme.example' } };
  return { place: support, ...who, assignments, atMs, ...more };
}

/** Asks with a judge that lets everything pass, from the newest state. */
export async function change(
  database: Database,
  policy: PolicySet,
  { atMs: rulesAtMs, ...asked }: TimedRequest,
  hooks: Partial<MemberChangeHooks> = {},
): Promise<MemberChangeResult> {
  const places = new PolicyPlaces(policy);
  const members = new RuntimeMembers(await database.read(readMembers));
  const after = changedMemberships(members, asked);
  return changeMember(database, asked, {
    since: hooks.since ?? (await stateOf(database)),
    onMissed: () => undefined,
    judge: () => ({
      gRows: runtimeRows(places, asked, rulesAtMs, after),
      others: rowsBeside(places, [asked], rulesAtMs, { before: members, after }),
    }),
    ...hooks,
  });
}

export async function stateOf(database: Database): Promise<DatabaseState> {
  return (await database.read(readState)) ?? assert.fail('nothing was published');
}

/** What other Casbins are told of run-time memberships. */
export function addedRulesOf(database: Database): Promise<string[]> {
  return database.read(async (manager) => {
    const rows = await manager.find(casbinRules, { order: { id: 'ASC' } });
    return rows.filter(({ id }) => id > 0).map(({ ptype, v0, v1, v2 }) => [ptype, v0, v1, v2].join(' '));
  });
}

/** The events, shortly, oldest first. */
export function historyOf(database: Database): Promise<string[]> {
  return database.read(async (manager) => {
    const rows = await manager.find(events, { order: { sequence: 'ASC' } });
    return rows.map((row) =>
      row.kind === 'release'
        ? `${row.sequence} release ${row.release}, by ${row.actorId}`
        : `${row.sequence} ${row.subjectId} at ${row.place}: ${rolesIn(row.heldBefore)} to ${rolesIn(row.heldAfter)}, by ${
            row.actorType ?? 'who published,'
          } ${row.actorId}`,
    );
  });
}

export function membersOf(database: Database): Promise<string[]> {
  return database.read(async (manager) => {
    const rows = await manager.find(members, { order: { place: 'ASC', subjectId: 'ASC' } });
    return rows.map((row) => `${row.subjectId} at ${row.place}: ${rolesIn(row.assignments)}, ${row.sequence}`);
  });
}

function rolesIn(text: string | null): string {
  if (text === null) return 'nothing';
  return (JSON.parse(text) as RuntimeAssignment[]).map(({ role }) => role).join(' and ');
}
