import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandSurroundings } from '../../support/command-line.ts';
import { OddServer, say } from '../../support/odd-server.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';

const token = 's3cret-'.repeat(6);

/** The place where a revision is typed; whatever is wrong there, nothing is said, and no word of what was typed. */
describe('completion of revisions', () => {
  let folder: PolicyFolder;
  let silent: Server;
  const sockets = new Set<Socket>();
  let silentPort: number;

  before(async () => {
    folder = await createPolicyFolder({
      ...smallPolicy(),
      admins: `${token}\n`,
      empty: '# none\n',
      'text.db': 'no database\n',
    });
    await mkdir(join(folder.root, 'a-folder'));
    silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    silentPort = (silent.address() as { port: number }).port;
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    await folder.dispose();
  });

  const complete = async (words: readonly string[], more: Partial<CommandSurroundings> = {}): Promise<string> => {
    const { exitCode, stdout, stderr } = await runCommand(['__complete', 'zsh', ...words], {
      cwd: folder.root,
      ...more,
    });
    assert.deepEqual([exitCode, stderr], [0, ''], words.join(' '));
    return stdout;
  };
  const names = async (words: readonly string[], more: Partial<CommandSurroundings> = {}): Promise<readonly string[]> =>
    (await complete(words, more)).trimEnd().split('\n').slice(1);

  describe('of a database', () => {
    const onFile = ['--database', 'sqlite:releases.db'];

    it('offers those that `revisions` lists, by the option or the variable', async () => {
      const file = 'policies/support.yaml';
      const text = await readFile(join(folder.root, file), 'utf8');
      const run = (...words: string[]): Promise<{ exitCode: number; stdout: string; all: string }> =>
        runCommand([...words, ...onFile], { cwd: folder.root });
      for (const title of ['One', 'Two', 'Three']) {
        await folder.write(file, text.replace(/^title:.*$/m, `title: ${title}`));
        const { exitCode, all } = await run('publish');
        assert.equal(exitCode, 0, all);
      }
      const { stdout } = await run('revisions', '--format', 'json');
      const told = (JSON.parse(stdout) as { releases: { revision: string }[] }).releases.map(
        ({ revision }) => revision,
      );
      assert.lengthOf(told, 3);
      assert.deepEqual(await names(['rollback', ...onFile, '']), told);
      assert.deepEqual(await names(['rollback', '--database=sqlite:releases.db', '']), told);
      const env = { ROLEBOOK_DATABASE_URL: `sqlite:${join(folder.root, 'releases.db')}` };
      assert.deepEqual(await names(['rollback', ''], { env, cwd: '/' }), told);
      const [newest = ''] = told;
      assert.deepEqual(await names(['rollback', ...onFile, newest.slice(0, 12)]), [newest]);
      assert.deepEqual(await names(['rollback', ...onFile, newest, '']), []);
      // What is named on the line is meant, whatever the variable says.
      assert.deepEqual(await names(['rollback', '--database', 'sqlite:none.db', ''], { env }), []);
    });

    it('offers none where there is none, and says nothing', async () => {
      execFileSync('mkfifo', [join(folder.root, 'pipe.db')]);
      const hidden = `postgres://me:${token}@127.0.0.1`;
      const wrong = [
        ...['sqlite:none.db', 'sqlite:text.db', 'sqlite:a-folder', 'sqlite:pipe.db', 'sqlite:', 'sqlite::memory:'],
        ...['sqlite:no/such/folder/x.db', 'x', '-', '', '$DB', `${hidden}:1/db`, `${hidden}:${silentPort}/db`, hidden],
        ...['postgres://nowhere.invalid/db', 'mysql://127.0.0.1/db', 'postgres://%zz@127.0.0.1/db'],
      ];
      for (const url of wrong) {
        const told = await complete(['rollback', '--database', url, '']);
        assert.isTrue(['', ':names\n'].includes(told), `${url}: ${told}`);
        if (url !== '')
          assert.deepEqual(await names(['rollback', ''], { env: { ROLEBOOK_DATABASE_URL: url } }), [], url);
      }
      assert.deepEqual(await names(['rollback', '']), []);
    });
  });

  describe('of a sidecar', () => {
    const kept = (revision: string): object => ({
      ...{ revision, maxChanged: '1%', compared: 100, denied: 10, allowed: 0, kinds: [] },
    });
    const status = {
      revision: 'aaaaaaaaaaaa',
      budget: { waiting: kept('faf1c4423bfb'), refused: [kept('0c9f2c7d1a54'), kept('0c9f00000000')] },
    };
    let odd: OddServer;
    let answer: (path: string) => readonly [number, unknown];
    before(async () => {
      odd = await OddServer.open((response) => say(response, ...answer(odd.asked.at(-1)?.path ?? '')));
    });
    after(() => odd.close());
    beforeEach(() => {
      answer = () => [200, status];
      odd.asked.length = 0;
    });
    const at = (url: string, file = 'admins'): readonly string[] => ['accept', '--server', url, '--token-file', file];

    it('offers what waits and what was refused', async () => {
      assert.deepEqual(await names([...at(odd.url), '']), ['faf1c4423bfb', '0c9f2c7d1a54', '0c9f00000000']);
      assert.deepEqual(await names([...at(odd.url), '0c9f2']), ['0c9f2c7d1a54']);
      assert.deepEqual(await names(['accept', `--server=${odd.url}`, '--token-file=admins', 'f']), ['faf1c4423bfb']);
      assert.deepEqual(
        odd.asked.map(({ method, path }) => `${method} ${path}`),
        Array.from({ length: 3 }, () => 'GET /v1/policy'),
      );
    });

    it('offers none where none is told, and says nothing', async () => {
      const wrong: readonly (readonly [number, unknown])[] = [
        ...([401, 403, 404, 500, 503] as const).map((code) => [code, { code: 'odd', detail: token }] as const),
        ...[[200, {}] as const, [200, { budget: null }] as const, [200, { budget: {} }] as const, [200, []] as const],
        ...[[200, { budget: { waiting: 7 } }] as const, [200, { budget: { waiting: null, refused: 'x' } }] as const],
        [200, { budget: { waiting: { ...kept('x'), revision: 7 } } }],
      ];
      for (const one of wrong) {
        answer = () => one;
        const told = await complete([...at(odd.url), '']);
        assert.notInclude(told, token);
        assert.deepEqual(told.trimEnd().split('\n').slice(1), [], JSON.stringify(one));
      }
    });

    it('asks nobody where something is missing or wrong', async () => {
      const wrong = [
        ...[
          ['accept', ''],
          ['accept', '--server', odd.url, ''],
          ['accept', '--token-file', 'admins', ''],
        ],
        ...['none', 'empty', 'a-folder', 'pipe.db', ''].map((file) => [...at(odd.url, file), '']),
        ...['', 'x', 'ftp://127.0.0.1', 'unix:', 'unix:/no/such.sock', `http://me:${token}@127.0.0.1`].map((url) => [
          ...at(url),
          '',
        ]),
      ];
      for (const words of wrong) {
        assert.deepEqual((await complete(words)).trimEnd().split('\n').slice(1), [], words.join(' '));
      }
      assert.deepEqual(odd.asked, []);
    });

    it('sends no token in clear to another machine', async () => {
      const port = new URL(odd.url).port;
      for (const host of ['0.0.0.0', '127.0.0.1.nip.invalid', 'localhost.invalid']) {
        assert.deepEqual(await names([...at(`http://${host}:${port}`), '']), [], host);
      }
      assert.deepEqual(odd.asked, []);
    });

    it('waits no longer than somebody who types', async () => {
      assert.deepEqual(await names([...at(`http://127.0.0.1:${silentPort}`), '']), []);
    });
  });
});
