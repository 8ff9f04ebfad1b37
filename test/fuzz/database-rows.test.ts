import { copyFile, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import fc from 'fast-check';
import { RolebookError } from '../../src/policy/errors.ts';
import type { Database } from '../../src/store/database/database.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { MemberChangeDenied } from '../../src/store/database/members/member-change.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { MembershipsEnd, publishRelease } from '../../src/store/database/releases/publish-release.ts';
import { readReleases } from '../../src/store/database/releases/read-releases.ts';
import { restoreRelease } from '../support/restore-release.ts';
import { changeOf } from '../support/database-fixture.ts';
import { atMs, governedPublication, support } from '../support/opened-databases.ts';
import { fuzz, fuzzTimeoutMs } from './fuzz.ts';
import { allowedBy, follow, makeDatabases, newest, questions } from './row-databases.ts';
import { anyMutation, mutate, type Mutation } from './row-mutations.ts';

function assertNoMore(found: ReadonlySet<number>, most: ReadonlySet<number>, who: string): void {
  for (const index of found) {
    if (!most.has(index)) assert.fail(`${who} allows ${JSON.stringify(questions[index])}, which nobody gave`);
  }
}

// A file that is gone, files under each other's names, two changes in the wrong order, rows for Casbin that are none,
// paths that are no text.
const kept: [Mutation[]][] = [
  [[{ kind: 'delete', table: 'rolebook_release_file', row: 29 }]],
  [[{ kind: 'swap', what: 2, row: 13, other: 0 }]],
  [[{ kind: 'swap', what: 8, row: 0, other: 19 }]],
  [[{ kind: 'set', table: 'rolebook_member', column: 7, row: 0, value: null }]],
  [[{ kind: 'delete', table: 'rolebook_release', row: 3 }]],
  [[{ kind: 'set', table: 'rolebook_event', column: 3, row: 6, value: 'revoke' }]],
  [[{ kind: 'set', table: 'rolebook_member', column: 4, row: 1, value: '[{"role":"team-lead","untl":"2020-01-01"}]' }]],
  [[{ kind: 'set', table: 'rolebook_release_file', column: 1, row: 12, value: Buffer.from([]) }]],
  [[{ kind: 'set', table: 'rolebook_release_file', column: 1, row: 12, value: null }]],
];

describe('rows of a database that are not as rolebook wrote them', function () {
  this.timeout(fuzzTimeoutMs + 20_000);
  let folder: string;
  /** Allowed by the untouched database at its end, and at any time before. */
  let atEnd: ReadonlySet<number>;
  const ever = new Set<number>();
  let created = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-rows-'));
    atEnd = await makeDatabases(folder, ever);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('allow nothing that nobody gave, end no process, and are told', async () => {
    await fuzz(
      fc.asyncProperty(fc.array(anyMutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        created += 1;
        const file = join(folder, `${created}.db`);
        const damaged = join(folder, 'damaged.db');
        await copyFile(join(folder, 'early.db'), file);
        await copyFile(join(folder, 'late.db'), damaged);
        mutate(damaged, mutations);
        const follower = follow(file);
        await follower.start();
        const before = allowedBy(follower);
        await rename(damaged, file);
        const fresh = follow(file);
        try {
          await follower.catchUp();
          assertNoMore(allowedBy(follower), ever, 'who followed');
          assert.isDefined(follower.current, 'the last good policy stays');
          await tolerate(fresh.start());
          assertNoMore(allowedBy(fresh), atEnd, 'who began');
          const { error, problems = [] } = fresh.lastReload ?? {};
          if (!fresh.current) assert.isTrue(error !== undefined || problems.length > 0, 'it is told why');
          if (follower.lastReload?.outcome === 'failed') {
            assert.deepEqual([...allowedBy(follower)], [...before]);
            assert.isTrue(follower.isStale);
          }
          await tolerate(fresh.change(changeOf(support, 'gus', 'member')));
          await useAsPublisher(file);
        } finally {
          await follower.close();
          await fresh.close();
          for (const end of ['', '-wal', '-shm']) await rm(`${file}${end}`, { force: true });
        }
      }),
      kept,
    );
  });
});

// Only what a user can read: anything else was not thought of.
async function tolerate(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => {
    if (!(error instanceof RolebookError || error instanceof MemberChangeDenied || error instanceof MembershipsEnd))
      throw error;
    assert.notMatch(error.message, /undefined|\[object|TypeError|Cannot read/);
    return undefined;
  });
}

/** As `revisions`, `rollback` and `publish` do it. */
async function useAsPublisher(file: string): Promise<void> {
  const database = await tolerate(openDatabase(new DatabaseUrl(`sqlite:${file}`, '--database'), 'write', '/'));
  if (database === undefined) return;
  const opened = database as Database;
  try {
    await tolerate(readReleases(opened, 10));
    const by = { author: 'wim', atMs };
    const restored = await tolerate(restoreRelease(opened, newest.revision, by));
    if (restored) assert.equal((restored as { release: { digest: string } }).release.digest, newest.digest);
    await tolerate(publishRelease(opened, governedPublication({ commit: 'feed' })));
  } finally {
    await opened.close();
  }
}
