import { assert } from 'chai';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { type Socket, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { runCommand } from '../../support/command-line.ts';
import { Flood } from './flood.ts';
import { KeptConnections, type KeptReply } from './kept-connections.ts';
import { childrenOf, forbidOpening, openFilesOf } from './process-tools.ts';
import { Serving } from '../../support/serving.ts';

const question = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const path = 'policies/support.yaml';
const demoted = (smallPolicy()[path] ?? '').replace('ana@acme.example: team-lead', 'ana@acme.example: member');
const adminToken = 'admin-token-of-the-pipeline';

const body = JSON.stringify(question);
const head = (length: number): string =>
  `POST /v1/enforce HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
const probe = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
/** Idle ones of every kind: never used, used once, in the middle of their headers. */
const idle = [undefined, probe, head(body.length) + body, 'GET /v1/policy HTTP/1.1\r\nHost: loc'];
/** Those whose requests do not end for ten seconds. */
const atWork = [head(body.length + 1) + body];

interface PolicyDocument {
  readonly commit?: string;
  readonly lastReload: { readonly outcome: string };
}

describe('a sidecar that may open a few files only, and strangers who open many connections', function () {
  this.timeout(120_000);
  let folder: GitPolicy;
  let serving: Serving;
  let kept: KeptConnections;
  let flood: Flood | undefined;
  beforeEach(async () => {
    folder = await createGitPolicy();
    folder.commit();
  });
  afterEach(async () => {
    await flood?.end();
    kept.close();
    serving.kill();
    await folder.dispose();
  });

  const start = async (openFiles: number, args: readonly string[]): Promise<void> => {
    const given = args.map((arg) => arg.replace('SOCKET', `${folder.root}/r.sock`));
    serving = new Serving(given, folder.root, { openFiles });
    await serving.untilOutput('answers on');
    await serving.untilOutput('revision ');
    kept = new KeptConnections(serving.address, 4);
  };
  /** An application that asks all the time, until the result is called, which tells what failed. */
  const useAllTheTime = async (): Promise<() => Promise<unknown[]>> => {
    const failures: unknown[] = [];
    let turns = 0;
    let isOver = false;
    const use = async (): Promise<void> => {
      for (; !isOver; turns += 1) {
        await decisions().catch((error: unknown) => failures.push(error));
        await pause(20);
      }
    };
    const used = use();
    await pause(1000);
    await waitFor('some use', () => turns > 10, 30_000);
    return async () => {
      isOver = true;
      await used;
      return failures;
    };
  };
  const flooded = async (said: readonly (string | undefined)[], count: number): Promise<void> => {
    flood = new Flood(serving.address, said);
    await flood.rise(count);
  };
  const onNewConnection = async (at: string, given?: object, headers?: Record<string, string>): Promise<KeptReply> => {
    const connection = new KeptConnections(serving.address, 1);
    try {
      const [reply] = await connection.call(at, given, headers);
      if (reply === undefined) throw new Error('no reply');
      return reply;
    } finally {
      connection.close();
    }
  };
  /** Again and again while the connection is closed without an answer: when more come at once than can be told so. */
  const insistently = async (...call: Parameters<typeof onNewConnection>): Promise<KeptReply> => {
    for (let turn = 0; turn < 50; turn += 1) {
      const reply = await onNewConnection(...call).catch(() => undefined);
      if (reply !== undefined) return reply;
      await pause(50);
    }
    return onNewConnection(...call);
  };
  const decisions = async (): Promise<unknown[]> =>
    (await kept.call('/v1/enforce', question)).map(({ json }) => (json as { decision?: unknown }).decision);
  const all = (decision: boolean): boolean[] => [decision, decision, decision, decision];
  const untilDecided = async (decision: boolean): Promise<void> => {
    await waitFor('the decision', async () => (await decisions()).every((one) => one === decision), 30_000);
  };

  const places = [
    { name: 'one process', args: ['--listen', '127.0.0.1:0'], openFiles: 160 },
    { name: 'one process on a unix socket', args: ['--listen', 'unix:SOCKET'], openFiles: 160 },
    { name: 'two workers', args: ['--listen', '127.0.0.1:0', '--workers', '2'], openFiles: 160 },
    { name: 'two workers on a unix socket', args: ['--listen', 'unix:SOCKET', '--workers', '2'], openFiles: 160 },
  ];
  for (const { name, args, openFiles } of places) {
    it(`${name}: answers others, takes a right away, and is as before when they have gone`, async () => {
      await start(openFiles, args);
      const endUse = await useAllTheTime();
      await flooded(idle, 400);
      assert.deepEqual(await decisions(), all(true));
      for (let turn = 0; turn < 10; turn += 1) {
        assert.include((await onNewConnection('/v1/enforce', question)).json as object, { decision: true });
      }
      const processes = [serving.pid, ...childrenOf(serving.pid)];
      for (const pid of processes) assert.isBelow(openFilesOf(pid), openFiles - 20);
      await folder.write(path, demoted);
      const commit = folder.commit('less');
      await untilDecided(false);
      // git was started for it, in the middle of all that.
      await waitFor(
        'the commit',
        async () => {
          const { json } = await onNewConnection('/v1/policy');
          return (json as PolicyDocument).commit === commit;
        },
        30_000,
      );
      assert.isAbove(flood?.ended as number, 0);
      assert.deepEqual(await endUse(), []);
      await flood?.end();
      await folder.write(path, smallPolicy()[path] ?? '');
      await untilDecided(true);
      for (let turn = 0; turn < 10; turn += 1) {
        assert.include((await onNewConnection('/v1/enforce', question)).json as object, { decision: true });
      }
      assert.notMatch(serving.stderr, /EMFILE|"level":[56]0/);
      serving.signal('SIGTERM');
      assert.strictEqual(await serving.untilExit(), 0);
    });
  }

  for (const { name, args, openFiles } of places.filter(({ args: [, address] }) => address !== 'unix:SOCKET')) {
    it(`${name}: lets an admin through and takes a right away while all places are at work`, async () => {
      await folder.write('admins', `${adminToken}\n`);
      await folder.write('tokens', 'request-token-of-the-application\n');
      await start(openFiles, [...args, '--admin-token-file', 'admins', '--token-file', 'tokens']);
      const bearing = { Authorization: `Bearer ${adminToken}` };
      // Without a token their requests are refused at once; with one they are read to the end.
      const said = atWork.map((text) =>
        text.replace('\r\n', '\r\nAuthorization: Bearer request-token-of-the-application\r\n'),
      );
      await flooded(said, 400);
      await folder.write(path, demoted);
      const reload = await insistently('/v1/policy/reload', {}, bearing);
      assert.strictEqual(reload.status, 200, reload.text);
      const decided = await insistently('/v1/enforce', question, bearing);
      assert.include(decided.json as object, { decision: false });
      const metrics = await insistently('/metrics', undefined, bearing);
      assert.match(metrics.text, /rolebook_connections_refused_total\{how="dropped"\} [1-9]/);
      assert.notMatch(serving.stderr, /EMFILE|"level":[56]0/);
    });
  }

  it('with a database: a release and its reload get through', async () => {
    const url = `sqlite:${folder.root}/releases.db`;
    const publish = async (): Promise<void> => {
      const { exitCode, all: told } = await runCommand(['publish', '--database', url, '--author', 'ana'], {
        cwd: folder.root,
      });
      assert.strictEqual(exitCode, 0, told);
    };
    await publish();
    await start(128, ['--listen', '127.0.0.1:0', '--database', url]);
    const endUse = await useAllTheTime();
    await flooded(idle, 500);
    await folder.write(path, demoted);
    await publish();
    await untilDecided(false);
    assert.deepEqual(await endUse(), []);
    assert.notMatch(serving.stderr, /EMFILE|"level":[56]0/);
  });

  it('goes on when a connection cannot be accepted at all, and answers again afterwards', async () => {
    await start(160, ['--listen', '127.0.0.1:0']);
    assert.deepEqual(await decisions(), all(true));
    const allow = forbidOpening(serving.pid);
    await flooded(idle, 50);
    assert.deepEqual(await decisions(), all(true));
    allow();
    assert.include((await onNewConnection('/v1/enforce', question)).json as object, { decision: true });
    assert.strictEqual(serving.exitCode, undefined);
  });

  it('two workers: cut off whose headers do not end, though they accept nobody themselves', async () => {
    await start(160, ['--listen', '127.0.0.1:0', '--workers', '2']);
    const port = Number(serving.address.split(':').at(-1));
    const slow = await Promise.all([RawConnection.open(port), RawConnection.open(port)]);
    // All at once: what is sent while the other side closes takes away what it has said.
    for (const connection of slow) connection.send('GET /v1/policy HTTP/1.1\r\nHost: loc');
    for (const connection of slow) {
      await connection.until('the end of it', () => connection.isClosed, 40_000);
      assert.match(connection.received, /^HTTP\/1\.1 408 /);
    }
  });

  for (const openFiles of [128, 160, 300]) {
    it(`two workers: hear everybody again after more came at once than there are places for (${openFiles})`, async () => {
      await start(openFiles, ['--listen', '127.0.0.1:0', '--workers', '2']);
      const port = Number(serving.address.split(':').at(-1));
      for (let turn = 0; turn < 3; turn += 1) {
        const strangers = Array.from({ length: 700 }, (_, index) =>
          connect(port, '127.0.0.1')
            .on('error', noop)
            .resume()
            .on('connect', function (this: Socket) {
              this.write(idle[index % idle.length] ?? '');
            }),
        );
        await pause(300);
        for (const stranger of strangers) stranger.destroy();
      }
      await waitFor(
        'an answer',
        () =>
          onNewConnection('/healthz').then(
            () => true,
            () => false,
          ),
        30_000,
      );
      for (let turn = 0; turn < 12; turn += 1) {
        assert.include((await onNewConnection('/v1/enforce', question)).json as object, { decision: true });
      }
      const { text } = await onNewConnection('/metrics');
      assert.include(text, 'rolebook_worker_connections_lost_total 0');
      assert.include(text, 'rolebook_worker_replacements_total 0');
    });
  }
});

function noop(): void {
  // What becomes of a stranger is told by others.
}
