import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { migrateDatabase } from '../../../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../../../src/store/database/connection/open-database.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { type NewsTrigger, ReleaseNews } from '../../../../src/store/database/connection/release-news.ts';
import type { ReadFile } from '../../../../src/store/database/releases/release.ts';
import { smallPolicy } from '../../../support/policy-folder.ts';
import { postgresServer, startPostgres } from '../../../support/postgres-server.ts';
import { waitFor } from '../../../support/wait-for.ts';

const never = 2 ** 30;

async function publish(url: DatabaseUrl, title: string): Promise<void> {
  const database = await openDatabase(url, 'write', '/');
  await migrateDatabase(database);
  const atMs = Date.now();
  const texts = { ...smallPolicy(), 'policies/sales.yaml': `workspace: sales\ntitle: ${title}\n` };
  const files: ReadFile[] = Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const { policy } = compilePolicy(files, atMs);
  if (!policy) assert.fail('the policy has errors');
  await publishRelease(database, { policy, files, commit: undefined, author: 'ana', now: () => atMs });
  await database.close();
}

describe('the news of a release', () => {
  let events: NewsTrigger[];
  let news: ReleaseNews | undefined;

  beforeEach(() => (events = []));
  afterEach(() => news?.close());

  const follow = (url: DatabaseUrl, pollMs: number): void => {
    news = new ReleaseNews(url, (event) => events.push(event), pollMs);
  };
  // A server that starts on a busy machine takes its time, and so do the pauses before the next try.
  const untilNews = async (count: number): Promise<void> => {
    const isThere = (): boolean => events.length >= count;
    for (let turn = 0; turn < 5 && !isThere(); turn += 1) await waitFor('news', isThere).catch(() => undefined);
    assert.isAtLeast(events.length, count);
  };

  it('come from PostgreSQL when something is published, and not when nothing is', async function () {
    this.timeout(60_000);
    const url = new DatabaseUrl(await (await postgresServer()).createDatabase(), '--database');
    await publish(url, 'A');
    follow(url, never);
    await untilNews(1);
    await publish(url, 'B');
    await untilNews(2);
    await publish(url, 'B');
    await publish(url, 'C');
    await untilNews(3);
    assert.deepEqual(events, ['news', 'news', 'news']);
  });

  it('come again when the connection was cut, and when the server was gone for a while', async function () {
    this.timeout(60_000);
    const server = await startPostgres();
    try {
      const text = await server.createDatabase();
      const url = new DatabaseUrl(text, '--database');
      await publish(url, 'A');
      follow(url, never);
      await untilNews(1);
      const cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rolebook news'";
      await server.query(text, cut);
      await untilNews(2);
      await publish(url, 'B');
      await untilNews(3);
      server.kill();
      await server.start();
      await untilNews(4);
      await publish(url, 'C');
      await untilNews(5);
    } finally {
      server.stop();
    }
  });

  it('are a clock for SQLite, and for a PostgreSQL that does not answer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rolebook-news-'));
    for (const text of [`sqlite:${folder}/a.db`, 'postgres://ana@127.0.0.1:1/roles']) {
      events = [];
      follow(new DatabaseUrl(text, '--database'), 5);
      await untilNews(3);
      assert.deepEqual(new Set(events), new Set(['poll']));
      news?.close();
    }
    await rm(folder, { recursive: true });
  });
});
