import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import type { Database } from '../../src/store/database/database.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { LiveDatabase } from '../../src/store/database/following/live-database.ts';
import { migrateDatabase } from '../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { publishRelease } from '../../src/store/database/releases/publish-release.ts';
import { acme, atMs, change, governedPublication, request } from '../support/opened-databases.ts';
import { openSqliteFile } from '../support/sqlite-file.ts';
import { loosen } from './row-mutations.ts';

/** What can be asked of this policy: everybody in YAML and at run time, and a stranger, for every permission. */
export const { policy: newest } = governedPublication();
const people = [
  'ana@acme.example',
  'bo@acme.example',
  'cy@acme.example',
  'dee',
  'eve',
  'fay',
  'gus',
  'hal',
  'stranger',
];
export const questions = people.flatMap((subjectId) =>
  [...newest.catalog.permissions.keys()].map((permission) => ({
    subjectType: 'user',
    subjectId,
    workspace: 'support',
    permission,
  })),
);

/** The questions that somebody is allowed. */
export function allowedBy({ current }: LiveDatabase): Set<number> {
  const allowed = new Set<number>();
  if (!current) return allowed;
  for (const [index, question] of questions.entries()) {
    if (current.engine.decide(question, atMs) === 'granted') allowed.add(index);
  }
  return allowed;
}

export function follow(file: string): LiveDatabase {
  return new LiveDatabase(new DatabaseUrl(`sqlite:${file}`, '--database'), {
    cwd: '/',
    now: () => atMs,
    pollMs: 2 ** 30,
  });
}

/** `early.db` and the same database later, `late.db`, whose tables take anything. */
export async function makeDatabases(folder: string, ever: Set<number>): Promise<ReadonlySet<number>> {
  const path = join(folder, 'whole.db');
  const database = await openDatabase(new DatabaseUrl(`sqlite:${path}`, '--database'), 'write', '/');
  const live = follow(path);
  const watch = async (): Promise<void> => {
    await live.catchUp();
    for (const index of allowedBy(live)) ever.add(index);
  };
  try {
    await migrateDatabase(database);
    const files = governedPublication().files;
    const wide = files.map((one) =>
      one.path === 'policies/support.yaml'
        ? { ...one, content: Buffer.concat([one.content, Buffer.from('  hal: team-lead\n')]) }
        : one,
    );
    const { policy } = compilePolicy(wide, atMs);
    if (!policy) assert.fail('the wider policy has errors');
    await publishRelease(database, { ...governedPublication(), policy, files: wide });
    await publishRelease(database, governedPublication());
    const ended = { role: 'team-lead', until: '2026-11-01T00:00:00Z', reason: 'it is over' };
    await change(database, newest, request('dee', ['team-lead']));
    await change(database, newest, request('eve', [ended]));
    await change(database, newest, request('fay', ['member', ended]));
    await copyClosed(database, watch, join(folder, 'early.db'));
    await change(database, newest, request('dee', ['member']));
    await change(database, newest, request('gus', ['team-lead']));
    await watch();
    await change(database, newest, request('gus', []));
    await change(database, newest, request('pat', ['workspace-admin'], { place: acme }));
    // No such role may be held there, so it ends.
    await publishRelease(database, { ...governedPublication(), policy, files: wide, endMemberships: 1 });
    await watch();
    await publishRelease(database, governedPublication());
    await watch();
    await copyClosed(database, watch, join(folder, 'late.db'));
    loosen(join(folder, 'late.db'));
    return allowedBy(live);
  } finally {
    await live.close();
    await database.close();
  }
}

async function copyClosed(database: Database, watch: () => Promise<void>, target: string): Promise<void> {
  await watch();
  // Into a file of its own, whatever is in the write-ahead log.
  await rm(target, { force: true });
  const file = openSqliteFile(database.url.reveal());
  try {
    file.exec(`VACUUM INTO '${target}'`);
  } finally {
    file.close();
  }
}
