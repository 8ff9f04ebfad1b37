import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand, type CommandResult } from '../../support/command-line.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';

const file = 'policies/support.yaml';
const good = smallPolicy();
/** Whoever has everything may change roles, too. */
const files = {
  ...good,
  'roles.yaml': (good['roles.yaml'] ?? '').replace(
    'tag:create: Create tags',
    'tag:create: Create tags\n    role:manage: { title: Manage roles, controls: roles }',
  ),
};
const demoted = (good[file] ?? '').replace('ana@acme.example: team-lead', 'ana@acme.example: member');
const token = 's3cret-'.repeat(6);
const ana = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };

describe('rolebook accept', function () {
  this.timeout(60_000);
  let folder: PolicyFolder;
  let sidecar: RunningSidecar;
  before(async () => {
    folder = await createPolicyFolder({
      admins: `# of the operators\n\n${token} name=ops\n`,
      askers: `${'asker-'.repeat(6)}\n`,
      strangers: `${'nobody-'.repeat(6)}\n`,
      empty: '# none\n',
      odd: 'tök en\n',
    });
  });
  after(() => folder.dispose());
  afterEach(() => disposeSidecars());

  const start = async (maxChanged: string | undefined = '1%'): Promise<void> => {
    const files_ = { adminTokenFile: join(folder.root, 'admins'), tokenFile: join(folder.root, 'askers') };
    sidecar = await runSidecar({ files, ...(maxChanged !== 'none' && { maxChanged }), isChanged: true, ...files_ });
  };
  const headers = { Authorization: `Bearer ${token}` };
  const keepBack = async (text = demoted): Promise<string> => {
    const requests = Array.from({ length: 120 }, () => ana);
    await sidecar.call('/v1/enforce/batch', { method: 'POST', headers, body: { requests } });
    await sidecar.folder.write(file, text);
    const { json } = await sidecar.call('/v1/policy/reload', { method: 'POST', headers });
    return (json as { budget: { revision: string } }).budget.revision;
  };
  const accept = (words: readonly string[], typed?: string): Promise<CommandResult> =>
    runCommand(['accept', ...words], { cwd: folder.root, ...(typed !== undefined && { typed }) });
  const at = (): string[] => ['--server', sidecar.address, '--token-file', 'admins'];
  const isAllowed = async (): Promise<boolean> => {
    const reply = await sidecar.call('/v1/enforce', { method: 'POST', headers, body: ana });
    return (reply.json as { decision: boolean }).decision;
  };

  it('tells what the policy changes, asks, and makes it live', async () => {
    await start();
    const revision = await keepBack();
    for (const no of ['n\n', '', 'yess\n']) {
      const refused = await accept([revision, ...at()], no);
      assert.strictEqual(refused.exitCode, 1, refused.all);
      assert.include(refused.stderr, 'nothing was accepted');
    }
    assert.isTrue(await isAllowed());
    const { exitCode, stdout, stderr } = await accept([revision, ...at(), '--reason', 'she left'], 'y\n');
    assert.strictEqual(exitCode, 0, stderr);
    assert.include(stderr, `policy ${revision} changes more than the 1% that may change at once`);
    assert.include(stderr, '120 of 120 remembered requests would be answered otherwise: 120 allowed → denied');
    assert.include(stderr, 'tag:create denied (role team-lead) 120');
    assert.include(stderr, `accept it at ${sidecar.address}? [y/N]`);
    assert.strictEqual(stdout, `policy ${revision} is live\n`);
    assert.isFalse(await isAllowed());
    assert.include(sidecar.logged.text, '"reason":"she left"');
    const again = await accept([revision, ...at(), '--yes', '--format', 'json']);
    assert.strictEqual(again.exitCode, 0);
    assert.deepEqual(JSON.parse(again.stdout), { outcome: 'already-live', revision });
  });

  it('lets a change be written that was refused', async () => {
    await start();
    await sidecar.call('/v1/enforce/batch', {
      method: 'POST',
      headers,
      body: { requests: Array.from({ length: 120 }, () => ana) },
    });
    const edits = [{ edit: 'role.change', workspace: 'support', role: 'team-lead', disallow: ['tag:create'] }];
    const change = { method: 'POST', headers, body: { actor: 'wim@acme.example', edits } };
    const { json } = await sidecar.call('/v1/changes', change);
    const { budget } = json as { budget: { revision: string } };
    const { exitCode, stdout, stderr } = await accept([budget.revision, ...at(), '--yes']);
    assert.strictEqual(exitCode, 0, stderr);
    assert.include(stderr, '120 allowed → denied');
    assert.strictEqual(stdout, `policy ${budget.revision} may be written; send the change again\n`);
    assert.strictEqual((await sidecar.call('/v1/changes', change)).status, 200);
  });

  it('does not accept another policy that came in its place', async () => {
    await start();
    const revision = await keepBack();
    await sidecar.folder.write(file, demoted.replace('cy@acme.example: member', 'cy@acme.example: team-lead'));
    const { exitCode, stderr } = await accept([revision, ...at(), '--yes']);
    assert.strictEqual(exitCode, 3, stderr);
    assert.include(stderr, 'it waits to be accepted');
    assert.isTrue(await isAllowed());
  });

  it('ends with 1 where the files have problems by now', async () => {
    await start();
    const revision = await keepBack();
    await sidecar.folder.write(file, demoted.replace('extends: member', 'extends: nobody'));
    const { exitCode, stderr } = await accept([revision, ...at(), '--yes']);
    assert.strictEqual(exitCode, 1, stderr);
    assert.isTrue(await isAllowed());
  });

  for (const page of ['docs/replaying.md', 'docs/command-line.md']) {
    it(`is run as ${page} shows it`, async () => {
      await start();
      const revision = await keepBack();
      const text = await readFile(new URL(`../../../${page}`, import.meta.url), 'utf8');
      const [line = ''] = /^rolebook accept .* --server http.*$/m.exec(text) ?? [];
      const words = line
        .split(' ')
        .slice(2)
        .map((word) => (word.startsWith('http:') ? sidecar.address : word));
      const { exitCode, stderr } = await accept(
        [revision, ...words.slice(1).map((word) => word.replace('admin-tokens', 'admins'))],
        'yes\n',
      );
      assert.strictEqual(exitCode, 0, stderr);
    });
  }

  it('works over a unix socket', async () => {
    const adminTokenFile = join(folder.root, 'admins');
    const listenText = `unix:${join(folder.root, 's.sock')}`;
    sidecar = await runSidecar({ files, maxChanged: '1%', adminTokenFile, listenText });
    const revision = await keepBack();
    const { exitCode, stderr } = await accept([revision, ...at(), '--yes']);
    assert.strictEqual(exitCode, 0, stderr);
  });

  const wrong: Record<string, { words: (revision: string) => string[]; exitCode: number; says: string }> = {
    'no revision': { words: () => at(), exitCode: 2, says: 'REVISION' },
    'a revision that is none': { words: () => ['next', ...at(), '--yes'], exitCode: 2, says: 'twelve hex digits' },
    'a revision that does not wait': {
      words: () => ['000000000000', ...at(), '--yes'],
      exitCode: 2,
      says: 'does not wait to be accepted; ',
    },
    'no server': { words: (revision) => [revision, '--token-file', 'admins', '--yes'], exitCode: 2, says: '--server' },
    'a server that is no address': {
      words: (revision) => [revision, '--server', 'localhost:8181', '--token-file', 'admins', '--yes'],
      exitCode: 2,
      says: 'write `http://127.0.0.1:8181`',
    },
    'a server with a password': {
      words: (revision) => [revision, '--server', 'http://ops:hush@localhost:8181', '--token-file', 'admins', '--yes'],
      exitCode: 2,
      says: 'holds a name or a password',
    },
    'a socket that is no path': {
      words: (revision) => [revision, '--server', 'unix:run', '--token-file', 'admins', '--yes'],
      exitCode: 2,
      says: 'absolute path',
    },
    'an address with a query': {
      words: (revision) => [revision, '--server', `${sidecar.address}/?a`, '--token-file', 'admins', '--yes'],
      exitCode: 2,
      says: 'ends before',
    },
    'no token file': {
      words: (revision) => [revision, '--server', sidecar.address, '--yes'],
      exitCode: 2,
      says: '--token-file',
    },
    'a token file that is not there': {
      words: (revision) => [revision, '--server', sidecar.address, '--token-file', 'missing', '--yes'],
      exitCode: 2,
      says: 'cannot read the token file',
    },
    'a token file without a token': {
      words: (revision) => [revision, '--server', sidecar.address, '--token-file', 'empty', '--yes'],
      exitCode: 2,
      says: 'holds no token',
    },
    'a token that is none': {
      words: (revision) => [revision, '--server', sidecar.address, '--token-file', 'odd', '--yes'],
      exitCode: 2,
      says: 'holds no token',
    },
    'a token that nobody knows': {
      words: (revision) => [revision, '--server', sidecar.address, '--token-file', 'strangers', '--yes'],
      exitCode: 2,
      says: 'it takes an admin token',
    },
    'a token that may only ask': {
      words: (revision) => [revision, '--server', sidecar.address, '--token-file', 'askers', '--yes'],
      exitCode: 2,
      says: 'it takes an admin token',
    },
    'nobody to ask': { words: (revision) => [revision, ...at()], exitCode: 2, says: 'there is no terminal to ask' },
    'a long reason': {
      words: (revision) => [revision, ...at(), '--yes', '--reason', 'x'.repeat(5000)],
      exitCode: 2,
      says: 'is the most',
    },
    'an option that is not known': {
      words: (revision) => [revision, ...at(), '--sever', 'http://localhost'],
      exitCode: 2,
      says: 'did you mean `--server`?',
    },
    'nobody there': {
      words: (revision) => [revision, '--server', 'http://127.0.0.1:1', '--token-file', 'admins', '--yes'],
      exitCode: 3,
      says: 'no answer from http://127.0.0.1:1',
    },
  };

  it('says what is wrong, and accepts nothing', async () => {
    await start();
    const revision = await keepBack();
    for (const [name, { words, exitCode, says }] of Object.entries(wrong)) {
      const result = await accept(words(revision));
      assert.strictEqual(result.exitCode, exitCode, `${name}: ${result.all}`);
      assert.include(result.stderr, says, name);
      assert.strictEqual(result.stdout, '', name);
      for (const secret of [token, 'hush', 'asker-', 'nobody-']) assert.notInclude(result.all, secret, name);
    }
    assert.isTrue(await isAllowed());
  });

  it('says that nothing is kept back there', async () => {
    await start('none');
    const { exitCode, stderr } = await accept(['000000000000', ...at(), '--yes']);
    assert.strictEqual(exitCode, 2);
    assert.include(stderr, '`--max-changed 1%`');
  });
});
