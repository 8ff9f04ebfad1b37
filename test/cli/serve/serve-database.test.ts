import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
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
    expect(exitCode, all).to.equal(0);
  };
  const promoteCy = (): Promise<void> => {
    const text = smallPolicy()['policies/support.yaml'] ?? '';
    return folder.write('policies/support.yaml', text.replace('cy@acme.example: member', 'cy@acme.example: team-lead'));
  };
  const refuse = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const { exitCode, all } = await runCommand(['serve', ...anyPort, ...args], { cwd: folder.root, env });
    expect(exitCode, all).to.equal(2);
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
        expect(at.stdout).to.match(/^revision [0-9a-f]{12}\.1-[0-9a-f]{8}: 1 workspace, 5 members, 2 custom roles$/m);
        const first = await decide(at);
        expect(first.decision).to.equal(false);
        expect(first.revision).to.match(/^[0-9a-f]{12}\.1-[0-9a-f]{8}$/);
        await promoteCy();
        await publish(url);
        await untilTrue('the team lead', async () => (await decide(at)).decision);
        expect((await decide(at)).revision).to.match(/^[0-9a-f]{12}\.2-[0-9a-f]{8}$/);
        const { source } = (await readPolicy(at)) as { source: Record<string, unknown> };
        expect(source).to.include({ kind: 'database', sequence: 2 });
        expect(source['release']).to.include({ release: 2, author: 'ana' });
        const said = JSON.stringify(await readPolicy(at)) + (await (await fetch(`${at.address}/metrics`)).text());
        expect(said).to.include('rolebook_database_sequence 2');
        expect(said + at.stdout + at.stderr).not.to.match(/p%40ss|p@ss/);
        at.signal('SIGTERM');
        expect(await at.untilExit()).to.equal(0);
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
        expect((await fetch(`${at.address}/readyz`)).status).to.equal(503);
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
      expect((await decide(at)).decision).to.equal(false);
      const ready = await fetch(`${at.address}/readyz`);
      expect(ready.status).to.equal(200);
      expect(await ready.json()).to.include({ isStale: true });
      const { lastReload } = (await readPolicy(at)) as { lastReload: { error: string } };
      expect(lastReload.error).to.match(/^`postgres:\/\/127\.0\.0\.1:\d+\/test_\d+` /);
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
    expect((await fetch(`${at.address}/readyz`)).status).to.equal(503);
    at.signal('SIGTERM');
    expect(await at.untilExit()).to.equal(0);
    expect(at.stdout + at.stderr).not.to.include('s3cret');
  });

  it('takes the URL from the variable only when it is asked to', async function () {
    this.timeout(30_000);
    expect(await refuse(['--database', '-'])).to.include('no database is named');
    const env = { ROLEBOOK_DATABASE_URL: 'sqlite:/nowhere/a.db' };
    expect(await refuse(['--database', '-'], env)).to.include('`sqlite:/nowhere/a.db` is not there');
    const all = await refuse(['--policy', 'nowhere'], env);
    expect(all).to.include('there is no folder `nowhere`');
  });

  it('refuses what does not go together, and URLs that are none, without repeating them', async () => {
    const both = await refuse(['--database', 'sqlite:a.db', '--policy', '.']);
    expect(both).to.include('`--policy` and `--database` cannot stand together');
    expect(await refuse(['--database', ''])).to.include('`--database` is empty');
    expect(await refuse(['--database', '--workers'])).to.include('needs a value');
    const bad = await refuse(['--database', 'mysql://ana:s3cret@host/roles']);
    expect(bad).to.include('`--database` is not a database URL');
    expect(bad).not.to.include('s3cret');
    expect(await refuse(['--database', 'sqlite:nowhere.db'])).to.include('`sqlite:nowhere.db` is not there');
    expect(await refuse(['--database', 'sqlite:policies'])).to.include('is a folder');
    expect(await refuse(['--database', 'sqlite:roles.yaml'])).to.include('is not an SQLite database');
  });
});
