import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { publish } from '../../support/database-sidecar.ts';
import { send } from '../../support/running-sidecar.ts';
import { waitFor } from '../../support/wait-for.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { Serving } from '../../support/serving.ts';

describe('a cache that somebody else got at', function () {
  this.timeout(120_000);
  let folder: string;
  const started: Serving[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-planted-'));
    await publish(`sqlite:${join(folder, 'a.db')}`, smallPolicy());
  });
  afterEach(async () => {
    for (const serving of started.splice(0)) serving.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const serve = (...more: readonly string[]): Serving => {
    const args = ['--database', 'sqlite:a.db', '--listen', '127.0.0.1:0', '--cache', 'cache', ...more];
    const serving = new Serving(args, folder);
    started.push(serving);
    return serving;
  };
  const decides = async ({ address }: Serving, subject: string): Promise<boolean> => {
    const body = { subject, workspace: 'support', permission: 'tag:create' };
    const reply = await send(address, '/v1/enforce', { method: 'POST', body });
    assert.strictEqual(reply.status, 200, reply.text);
    return (reply.json as { decision: boolean }).decision;
  };
  const stop = async (serving: Serving): Promise<void> => {
    serving.signal('SIGTERM');
    assert.strictEqual(await serving.untilExit(), 0);
  };

  it('is not begun with where others can write, nor with a key that can be guessed', async () => {
    const cache = join(folder, 'cache');
    await mkdir(cache);
    await chmod(cache, 0o777);
    const first = serve();
    assert.strictEqual(await first.untilExit(), 2);
    assert.include(first.stderr, 'others can write to (mode 0777)');
    assert.include(first.stderr, 'chmod 700');
    assert.deepEqual(await readdir(cache), []);
    await chmod(cache, 0o700);
    await writeFile(join(folder, 'key'), `${'k'.repeat(31)}\n`);
    const second = serve('--cache-key-file', 'key');
    assert.strictEqual(await second.untilExit(), 2);
    assert.include(second.stderr, '`--cache-key-file` holds fewer than 32 characters');
    assert.notInclude(second.stderr, 'kkk');
    const third = serve('--cache-key-file', 'nowhere');
    assert.strictEqual(await third.untilExit(), 2);
    assert.include(third.stderr, '`--cache-key-file` cannot be read');
    const fourth = serve();
    await fourth.untilOutput('try:');
    assert.deepEqual(
      [await decides(fourth, 'ana@acme.example'), await decides(fourth, 'cy@acme.example')],
      [true, false],
    );
    await stop(fourth);
  });

  it('decides when it is as it was written, and nothing when a name in it is another since', async () => {
    const first = serve();
    await first.untilOutput('try:');
    await waitFor('the cache', async () =>
      (await readdir(join(folder, 'cache')).catch(() => [])).some((name) => name.endsWith('.latest')),
    );
    await stop(first);
    await rename(join(folder, 'a.db'), join(folder, 'away'));
    const second = serve();
    await second.untilOutput('what was kept in the cache decides');
    await second.untilOutput('try:');
    assert.strictEqual(await decides(second, 'ana@acme.example'), true);
    await stop(second);

    const name = (await readdir(join(folder, 'cache'))).find((file) => file.endsWith('.policy')) ?? '';
    const path = join(folder, 'cache', name);
    const text = await readFile(path, 'utf8');
    const header = text.slice(0, text.indexOf('\n'));
    const content = text.slice(header.length + 1).replaceAll('ana@acme.example', 'eve@acme.example');
    assert.include(content, 'eve@acme.example');
    const digest = createHash('sha256').update(content).digest('hex');
    for (const planted of [header, `rolebook-cache 1 ${digest}`, `rolebook-cache 2 ${digest}`]) {
      await writeFile(path, `${planted}\n${content}`);
      const third = serve();
      assert.strictEqual(await third.untilExit(), 2, 'neither a database nor a cache');
      assert.match(third.stderr, /by somebody else|in a form that can be forged|with another key/);
    }
    await rename(join(folder, 'away'), join(folder, 'a.db'));
    const last = serve();
    await last.untilOutput('try:');
    assert.deepEqual([await decides(last, 'eve@acme.example'), await decides(last, 'ana@acme.example')], [false, true]);
    await stop(last);
  });
});
