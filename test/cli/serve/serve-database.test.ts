import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { migrateDatabase } from '../../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../../src/store/database/connection/open-database.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';
import { runCommand } from '../../support/command-line.ts';
import { Serving } from '../../support/serving.ts';

const agent = { subject: 'cy@acme.example', workspace: 'support', permission: 'tag:create' };
const anyPort = ['--listen', '127.0.0.1:0'];

interface Answer {
  readonly decision: boolean;
  readonly revision: string;
}

async function decide(at: Serving): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json' };
  const reply = await fetch(`${at.address}/v1/enforce`, { method: 'POST', body: JSON.stringify(agent), headers });
  return (await reply.json()) as Answer;
}

async function readPolicy(at: Serving): Promise<Record<string, unknown>> {
  return (await (await fetch(`${at.address}/v1/policy`)).json()) as Record<string, unknown>;
}

async function untilTrue(what: string, look: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!(await look())) {
    if (performance.now() > endMs) throw new Error(`waited twenty seconds for ${what}`);
    await pause(20);
  }
}

describe('rolebook serve --database', () => {
  let folder: PolicyFolder;
  let serving: Serving | undefined;
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(async () => {
    serving?.kill();
    await folder.dispose();
  });

  const publish = async (url: string): Promise<void> => {
    const { exitCode, all } = await runCommand(['publish', '--database', url, '--author', 'ana'], { cwd: folder.root });
    assert.strictEqual(exitCode, 0, all);
  };
  const promoteCy = (): Promise<void> => {
    const text = smallPolicy()['policies/support.yaml'] ?? '';
    return folder.write('policies/support.yaml', text.replace('cy@acme.example: member', 'cy@acme.example: team-lead'));
  };
  const refuse = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const { exitCode, all } = await runCommand(['serve', ...anyPort, ...args], { cwd: folder.root, env });
    assert.strictEqual(exitCode, 2, all);
    return all;
  };

  for (const { kind, open } of testDatabases) {
    describe(`on ${kind}`, () => {
      let databases: TestDatabases;
      let url: string;
      before(async function () {
        this.timeout(60_000);
        databases = await open();
      });
      after(() => databases.dispose());
      beforeEach(async () => (url = await databases.create()));

      it('answers with what was published, and changes when something else is', async function () {
        this.timeout(60_000);
        await publish(url);
        const at = (serving = new Serving([...anyPort, '--database', url], '/'));
        await at.untilOutput('try: ');
        assert.match(at.stdout, /^revision [0-9a-f]{12}\.1-[0-9a-f]{8}: 1 workspace, 5 members, 2 custom roles$/m);
        const first = await decide(at);
        assert.strictEqual(first.decision, false);
        assert.match(first.revision, /^[0-9a-f]{12}\.1-[0-9a-f]{8}$/);
        await promoteCy();
        await publish(url);
        await untilTrue('the team lead', async () => (await decide(at)).decision);
        assert.match((await decide(at)).revision, /^[0-9a-f]{12}\.2-[0-9a-f]{8}$/);
        const { source } = (await readPolicy(at)) as { source: Record<string, unknown> };
        assert.include(source as object, { kind: 'database', sequence: 2 });
        assert.include(source['release'] as object, { release: 2, author: 'ana' });
        const said = JSON.stringify(await readPolicy(at)) + (await (await fetch(`${at.address}/metrics`)).text());
        assert.include(said, 'rolebook_database_sequence 2');
        assert.notMatch(said + at.stdout + at.stderr, /p%40ss|p@ss/);
        at.signal('SIGTERM');
        assert.strictEqual(await at.untilExit(), 0);
      });

      it('is not ready before something is published, says what to do, and then is', async function () {
        this.timeout(60_000);
        if (kind === 'sqlite') {
          const database = await openDatabase(new DatabaseUrl(url, '--database'), 'write', '/');
          await migrateDatabase(database);
          await database.close();
        }
        const at = (serving = new Serving([...anyPort, '--database', url], '/'));
        await at.untilOutput('no policy is live: nothing was published to');
        assert.strictEqual((await fetch(`${at.address}/readyz`)).status, 503);
        await publish(url);
        await untilTrue('ready', async () => (await fetch(`${at.address}/readyz`)).status === 200);
      });
    });
  }

  it('goes on over a database that is killed, says so, and follows it again when it is back', async function () {
    this.timeout(90_000);
    const server = await startPostgres();
    try {
      const url = await server.createDatabase();
      await publish(url);
      const at = (serving = new Serving([...anyPort, '--database', url, '--poll-interval', '0.2'], '/'));
      await at.untilOutput('try: ');
      server.kill();
      await untilTrue('stale', async () => (await readPolicy(at))['isStale'] === true);
      assert.strictEqual((await decide(at)).decision, false);
      const ready = await fetch(`${at.address}/readyz`);
      assert.strictEqual(ready.status, 200);
      assert.include((await ready.json()) as object, { isStale: true });
      const { lastReload } = (await readPolicy(at)) as { lastReload: { error: string } };
      assert.match(lastReload.error, /^`postgres:\/\/127\.0\.0\.1:\d+\/test_\d+` /);
      await server.start();
      await untilTrue('well again', async () => (await readPolicy(at))['isStale'] === false);
      await promoteCy();
      await publish(url);
      await untilTrue('the team lead', async () => (await decide(at)).decision);
      await at.untilOutput('the policy can be read again');
    } finally {
      server.stop();
    }
  });

  it('waits for a database that is down when it starts', async function () {
    this.timeout(30_000);
    const at = (serving = new Serving([...anyPort, '--database', 'postgres://ana:s3cret@127.0.0.1:1/roles'], '/'));
    await at.untilOutput('no policy is live: `postgres://127.0.0.1:1/roles` does not answer');
    assert.strictEqual((await fetch(`${at.address}/readyz`)).status, 503);
    at.signal('SIGTERM');
    assert.strictEqual(await at.untilExit(), 0);
    assert.notInclude(at.stdout + at.stderr, 's3cret');
  });

  it('takes the URL from the variable only when it is asked to', async function () {
    this.timeout(30_000);
    assert.include(await refuse(['--database', '-']), 'no database is named');
    const env = { ROLEBOOK_DATABASE_URL: 'sqlite:/nowhere/a.db' };
    assert.include(await refuse(['--database', '-'], env), '`sqlite:/nowhere/a.db` is not there');
    const all = await refuse(['--policy', 'nowhere'], env);
    assert.include(all, 'there is no folder `nowhere`');
  });

  it('refuses what does not go together, and URLs that are none, without repeating them', async () => {
    const both = await refuse(['--database', 'sqlite:a.db', '--policy', '.']);
    assert.include(both, '`--policy` and `--database` cannot stand together');
    assert.include(await refuse(['--database', '']), '`--database` is empty');
    assert.include(await refuse(['--database', '--workers']), 'needs a value');
    const bad = await refuse(['--database', 'mysql://ana:s3cret@host/roles']);
    assert.include(bad, '`--database` is not a database URL');
    assert.notInclude(bad, 's3cret');
    assert.include(await refuse(['--database', 'sqlite:nowhere.db']), '`sqlite:nowhere.db` is not there');
    assert.include(await refuse(['--database', 'sqlite:policies']), 'is a folder');
    assert.include(await refuse(['--database', 'sqlite:roles.yaml']), 'is not an SQLite database');
  });
});
