import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { publish } from '../support/database-sidecar.ts';
import { smallPolicy } from '../support/policy-folder.ts';
import { send } from '../support/running-sidecar.ts';
import { Serving } from '../support/serving.ts';
import { waitFor } from '../support/wait-for.ts';

const another = 'another sidecar writes the cache; this one only reads it';

describe('sidecars that share a cache', function () {
  this.timeout(120_000);
  let folder: string;
  const started: Serving[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-sharing-'));
    await publish(`sqlite:${join(folder, 'a.db')}`, smallPolicy());
  });
  afterEach(async () => {
    for (const serving of started.splice(0)) serving.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const serve = async (): Promise<Serving> => {
    const args = ['--database', 'sqlite:a.db', '--listen', '127.0.0.1:0', '--cache', 'cache'];
    const serving = new Serving(args, folder);
    started.push(serving);
    await serving.untilOutput('try:');
    return serving;
  };
  const keptBy = async ({ address }: Serving): Promise<unknown> =>
    ((await send(address, '/v1/policy', {})).json as { cache: { keptBy: unknown } }).cache.keptBy;
  const isWritten = async ({ address }: Serving): Promise<boolean> =>
    ((await send(address, '/v1/policy', {})).json as { cache: { sequence: unknown } }).cache.sequence === 1;
  const allows = async ({ address }: Serving): Promise<boolean> => {
    const body = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
    return ((await send(address, '/v1/enforce', { method: 'POST', body })).json as { decision: boolean }).decision;
  };

  it('have one that writes it; the others start, say so once, and decide by it without a database', async () => {
    const [one, two] = await Promise.all([serve(), serve()]);
    await waitFor(
      'one to write',
      async () => (await Promise.all([one, two].map(keptBy))).sort().join() === 'other,this',
    );
    const [writes, reads] = (await keptBy(one)) === 'this' ? [one, two] : [two, one];
    await waitFor('the cache', () => isWritten(writes));
    assert.include(reads.stderr, another);
    // Two beats later it has not said so again.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    assert.lengthOf(reads.stderr.split(another), 2);
    assert.notInclude(writes.stderr, 'writes the cache');
    assert.isFalse(await isWritten(reads));
    await rename(join(folder, 'a.db'), join(folder, 'away.db'));
    const third = await serve();
    assert.include(third.stderr, 'what was kept in the cache decides');
    assert.isTrue(await allows(third));
  });

  it('lose nothing when the writer is killed: the next start writes at once', async () => {
    const one = await serve();
    await waitFor('the cache', () => isWritten(one));
    one.signal('SIGKILL');
    await one.untilExit();
    const two = await serve();
    await waitFor('the cache', () => isWritten(two), 3000);
    assert.notInclude(two.stderr, another);
    two.signal('SIGTERM');
    assert.equal(await two.untilExit(), 0);
    assert.deepEqual(
      (await readdir(join(folder, 'cache'))).filter((name) => name.includes('.lock')),
      [],
    );
  });

  it('take over from a writer that hangs, which stands back when it wakes', async () => {
    const one = await serve();
    await waitFor('the cache', () => isWritten(one));
    const two = await serve();
    await two.untilOutput(another);
    one.signal('SIGSTOP');
    await waitFor('the other to write', () => isWritten(two), 30_000);
    assert.include(two.stderr, 'this sidecar writes the cache now');
    one.signal('SIGCONT');
    await waitFor('it to stand back', async () => (await keptBy(one)) === 'other', 15_000);
    assert.include(one.stderr, another);
    assert.equal(await keptBy(two), 'this');
    assert.isTrue(await allows(one));
  });
});
