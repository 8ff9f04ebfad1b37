import { assert } from 'chai';
import { execFile } from 'node:child_process';
import { chmod, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand } from '../../support/command-line.ts';
import { Serving } from '../../support/serving.ts';

const anyPort = ['--listen', '127.0.0.1:0'];
const offer = '`--admin-token-file FILE --create` makes an admin token';

describe('rolebook serve with an admin token file', function () {
  this.timeout(120_000);
  let folder: PolicyFolder;
  const started: Serving[] = [];
  beforeEach(async () => (folder = await createPolicyFolder(smallPolicy())));
  afterEach(async () => {
    for (const serving of started.splice(0)) serving.kill();
    await folder.dispose();
  });

  const start = async (...args: string[]): Promise<Serving> => {
    const serving = new Serving([...anyPort, ...args], folder.root);
    started.push(serving);
    await serving.untilOutput('try: ');
    return serving;
  };
  const reload = async ({ address }: Serving, token: string): Promise<number> => {
    const headers = { Authorization: `Bearer ${token}` };
    const reply = await fetch(`${address}/v1/policy/reload`, { method: 'POST', headers });
    await reply.arrayBuffer();
    return reply.status;
  };
  const tokenOf = async (name: string): Promise<string> => (await readFile(`${folder.root}/${name}`, 'utf8')).trim();

  it('makes it when it is not there, says where it is and how to use it, and never the token', async () => {
    const at = await start('--admin-token-file', 'admin-tokens', '--create');
    await at.untilOutput('an admin token was made');
    const path = `${folder.root}/admin-tokens`;
    const token = await tokenOf('admin-tokens');
    assert.strictEqual((await stat(path)).mode & 0o777, 0o600);
    assert.match(token, /^[0-9a-f]{64}$/);
    const said = at.stderr.split('\n').find((line) => line.includes('an admin token was made')) ?? '';
    const { path: told, msg } = JSON.parse(said) as { path: string; msg: string };
    assert.strictEqual(told, path);
    assert.strictEqual(await reload(at, token), 200);
    // What it says to do works as it stands, and puts the token into no command's arguments.
    const use = msg.slice(msg.indexOf('awk')).replace('…', `-s -X POST ${at.address}/v1/policy/reload`);
    const { stdout } = await promisify(execFile)('sh', ['-c', use]);
    assert.include(JSON.parse(stdout), { outcome: 'unchanged' });
    assert.include(use, 'curl -H @-');
    assert.notInclude(use, token);
    at.signal('SIGTERM');
    assert.strictEqual(await at.untilExit(), 0);
    assert.notInclude(at.stdout + at.stderr, token);
    assert.notInclude(at.stderr, offer);
  });

  it('uses it when it is there, and leaves it as it is', async () => {
    const text = '# the pipeline\nan-admin-token-that-was-there name=ci\n';
    await folder.write('admin-tokens', text);
    await chmod(`${folder.root}/admin-tokens`, 0o600);
    const at = await start('--admin-token-file', 'admin-tokens', '--create');
    assert.strictEqual(await reload(at, 'an-admin-token-that-was-there'), 200);
    await at.untilOutput('"caller":"ci"');
    assert.strictEqual(await readFile(`${folder.root}/admin-tokens`, 'utf8'), text);
    assert.notInclude(at.stderr, 'an admin token was made');
    assert.notInclude(at.stderr, offer);
  });

  it('makes one for all workers, each of which takes it', async () => {
    const at = await start('--admin-token-file', 'admin-tokens', '--create', '--workers', '2');
    await at.untilOutput('an admin token was made');
    const token = await tokenOf('admin-tokens');
    for (let call = 0; call < 6; call += 1) assert.strictEqual(await reload(at, token), 200);
    assert.strictEqual(await reload(at, `${token}x`), 401);
    assert.strictEqual(at.stderr.split('an admin token was made').length, 2);
    const { text } = { text: await (await fetch(`${at.address}/metrics`)).text() };
    assert.include(text, 'rolebook_refused_calls_total{reason="unknown-token"} 1');
    at.signal('SIGTERM');
    assert.strictEqual(await at.untilExit(), 0);
    assert.strictEqual(at.stderr.match(/"audit":"allowed"/g)?.length, 6);
    assert.notInclude(at.stdout + at.stderr, token);
  });

  it('offers to make one where there is none, once', async () => {
    for (const more of [[], ['--workers', '2'], ['--allow-unauthenticated']]) {
      const at = await start(...more);
      await at.untilOutput(offer);
      assert.strictEqual(at.stderr.split(offer).length, 2);
      assert.strictEqual(await reload(at, 'whatever-token-this-may-be'), 403);
      at.signal('SIGTERM');
      await at.untilExit();
    }
  });

  it('audits whatever the level of the log', async () => {
    await folder.write('admin-tokens', 'an-admin-token-that-was-there name=ci\n');
    const at = await start('--admin-token-file', 'admin-tokens', '--log-level', 'silent');
    await reload(at, 'an-admin-token-that-was-there');
    await reload(at, 'an-admin-token-that-is-wrong');
    at.signal('SIGTERM');
    await at.untilExit();
    const lines = at.stderr.split('\n').filter((line) => line !== '');
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      told.map(({ audit, caller, status }) => [audit, caller, status]),
      [
        ['allowed', 'ci', 200],
        ['refused', undefined, 401],
      ],
    );
  });

  it('warns at the start of a file that everybody reads, and of a token that has ended', async () => {
    await folder.write('admin-tokens', 'an-admin-token-that-was-there\nan-admin-token-of-the-past until=2020-01-01\n');
    const at = await start('--admin-token-file', 'admin-tokens');
    await at.untilOutput('has ended, at 2020-01-02T00:00:00Z');
    assert.include(at.stderr, 'everybody on this machine can read the token file');
    assert.strictEqual(await reload(at, 'an-admin-token-of-the-past'), 401);
  });

  it('keeps the old tokens at SIGHUP while a file is bad', async () => {
    await folder.write('admin-tokens', 'an-admin-token-that-was-there\n');
    await folder.write('tokens', 'a-request-token-that-was-there\n');
    const at = await start('--admin-token-file', 'admin-tokens', '--token-file', 'tokens');
    await folder.write('tokens', 'an-admin-token-that-was-there\n');
    at.signal('SIGHUP');
    await at.untilOutput('the token files are bad: the old tokens stay');
    assert.match(at.stderr, /admin-tokens:1` stands at `[^`]*\/tokens:1`, too/);
    assert.strictEqual(await reload(at, 'an-admin-token-that-was-there'), 200);
    assert.strictEqual(await reload(at, 'a-request-token-that-was-there'), 403);
    await chmod(`${folder.root}/admin-tokens`, 0o666);
    await folder.write('tokens', 'a-request-token-that-was-there\n');
    at.signal('SIGHUP');
    await at.untilOutput('others than its owner can write');
    assert.strictEqual(await reload(at, 'an-admin-token-that-was-there'), 200);
  });

  const mistakes: readonly (readonly [readonly string[], string])[] = [
    [['--create'], '`--create` makes the file of `--admin-token-file`, which is missing'],
    [['--create', '--token-file', 'tokens'], '`--create` makes the file of `--admin-token-file`'],
    [['--admin-token-file', 'none'], 'cannot read the token file'],
    [['--admin-token-file', 'no/such/folder/tokens', '--create'], 'cannot make the token file'],
    [['--admin-token-file', '', '--create'], '`--admin-token-file` is empty'],
    [['--admin-token-file', 'policies', '--create'], 'cannot read the token file'],
    [['--admin-token-file', 'open', '--create'], 'others than its owner can write'],
    [['--token-file', 'wants-more'], 'cannot have the scope `change`'],
  ];
  for (const [args, message] of mistakes) {
    it(`exits 2 for \`serve ${args.join(' ')}\` and says why`, async () => {
      await folder.write('tokens', 'a-request-token-that-was-there\n');
      await folder.write('wants-more', 'a-request-token-that-was-there scopes=change\n');
      await folder.write('open', 'an-admin-token-that-was-there\n');
      await chmod(`${folder.root}/open`, 0o664);
      const result = await runCommand(['serve', ...anyPort, ...args], { cwd: folder.root });
      assert.strictEqual(result.exitCode, 2, result.all);
      assert.include(result.stderr, message);
      assert.notInclude(result.stderr, 'that-was-there');
    });
  }
});
