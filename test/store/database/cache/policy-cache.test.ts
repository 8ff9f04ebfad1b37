import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';
import fc from 'fast-check';
import { RolebookError } from '../../../../src/policy/errors.ts';
import { PolicyCache, type CachedPolicy } from '../../../../src/store/database/cache/policy-cache.ts';
import { cachedPolicy, runtimeMember } from './cached-policy.ts';

const database = 'postgres://db.example/access';
const damagedPattern = /is damaged, or was changed by somebody else$/;
const changedPattern = /by somebody else$|by another version of rolebook$|with another key, or another password$/;

describe('a policy kept on disk', () => {
  let folder: string;
  let cache: PolicyCache;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-cache-'));
    cache = await PolicyCache.open(folder, database);
  });
  afterEach(async () => {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true, force: true });
  });

  const pathOf = async (ending: string): Promise<string> => {
    const names = (await readdir(folder)).filter((name) => name.endsWith(ending));
    assert.lengthOf(names, 1, ending);
    return join(folder, names[0] ?? '');
  };
  const faultOf = async (found = cache): Promise<string> => {
    const read = await found.read();
    if (!('fault' in read)) assert.fail('the cache was used');
    return read.fault;
  };

  it('comes back as it was written, byte for byte', async () => {
    const policy = cachedPolicy([runtimeMember('bo@acme.example', 1, 'member'), runtimeMember('ümit', 1, 'trainee')]);
    await cache.writePolicy(policy);
    assert.deepEqual(await cache.read(), plain(policy));
    assert.deepEqual(await (await PolicyCache.open(folder, database)).read(), plain(policy));
  });

  it('comes back with the changes that were written beside it', async () => {
    const writing = await cache.writePolicy(
      cachedPolicy([runtimeMember('bo', 1, 'member'), runtimeMember('cy', 1, 'member')]),
    );
    const members = [runtimeMember('bo', 2), runtimeMember('dee', 3, 'trainee'), runtimeMember('cy', 4, 'trainee')];
    const state = { sequence: 4, token: 'four' };
    await cache.writeChanges({ members, state, lastWordMs: 1_795_165_202_000 }, writing);
    const read = await cache.read();
    if ('fault' in read) assert.fail(read.fault);
    assert.deepEqual(held(read), { dee: 'trainee', cy: 'trainee' });
    assert.deepEqual([read.state, read.lastWordMs], [state, 1_795_165_202_000]);
  });

  it('is nothing before it was written, and says so', async () => {
    assert.strictEqual(await faultOf(), `\`${folder}\` holds no policy of this database`);
    assert.strictEqual(await cache.readWritten(), undefined);
  });

  it('is not used when it was cut off, at whatever length', async () => {
    await cache.writePolicy(cachedPolicy([runtimeMember('bo', 1, 'member')]));
    for (const ending of ['.latest', '.policy']) {
      const path = await pathOf(ending);
      const whole = await readFile(path);
      for (let length = 0; length < whole.length; length += 1) {
        await writeFile(path, whole.subarray(0, length));
        assert.match(await faultOf(), damagedPattern, `${ending} cut off at ${length}`);
      }
      await writeFile(path, whole);
      assert.notProperty(await cache.read(), 'fault');
    }
  });

  it('is not used when a byte of it was flipped, whichever', async () => {
    await cache.writePolicy(cachedPolicy([runtimeMember('bo', 1, 'member')]));
    for (const ending of ['.latest', '.policy']) {
      const path = await pathOf(ending);
      const whole = await readFile(path);
      for (let at = 0; at < whole.length; at += 1) {
        const flipped = Buffer.from(whole);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
        await writeFile(path, flipped);
        assert.match(await faultOf(), changedPattern, `${ending} flipped at ${at}`);
      }
      await writeFile(path, Buffer.concat([whole, Buffer.from('\n')]));
      assert.match(await faultOf(), damagedPattern, `${ending} with more behind it`);
      await writeFile(path, whole);
    }
    assert.notProperty(await cache.read(), 'fault');
  });

  it('is not used when one of its files is gone, or is something else', async () => {
    await cache.writePolicy(cachedPolicy());
    const [latest, policy] = [await pathOf('.latest'), await pathOf('.policy')];
    const whole = await readFile(policy);
    await rm(policy);
    assert.strictEqual(await faultOf(), `\`${policy}\` is missing`);
    await mkdir(policy);
    assert.match(await faultOf(), /is not a file$|is a directory$/);
    await rm(policy, { recursive: true });
    await writeFile(policy, whole);
    await rm(latest);
    assert.match(await faultOf(), /holds no policy of this database$/);
  });

  it('is not used by another version, which says that and not that it is damaged', async () => {
    await cache.writePolicy(cachedPolicy());
    const latest = await pathOf('.latest');
    const text = await readFile(latest, 'utf8');
    await writeFile(latest, text.replace('rolebook-cache 2 ', 'rolebook-cache 3 '));
    assert.strictEqual(await faultOf(), `\`${latest}\` was written by another version of rolebook`);
  });

  it('is not used for another database, which has its own in the same folder', async () => {
    await cache.writePolicy(cachedPolicy([runtimeMember('bo', 1, 'member')]));
    const other = await PolicyCache.open(folder, 'postgres://db.example/staging');
    assert.match(await faultOf(other), /holds no policy of this database$/);
    // Even when somebody copies it under the other's name.
    const latest = await pathOf('.latest');
    await other.writePolicy(cachedPolicy());
    const names = await readdir(folder);
    const mine = names.find((name) => name.endsWith('.latest') && !latest.endsWith(name)) ?? '';
    await writeFile(join(folder, mine), await readFile(latest));
    assert.match(await faultOf(other), /was written with another key, or another password$/);
    // Nor when one secret signs both.
    const one = await PolicyCache.open(join(folder, 'shared'), 'a', 'a secret of both');
    const two = await PolicyCache.open(join(folder, 'shared'), 'b', 'a secret of both');
    await one.writePolicy(cachedPolicy());
    await two.writePolicy(cachedPolicy());
    const shared = (await readdir(join(folder, 'shared'))).filter((name) => name.endsWith('.latest'));
    const [first = '', second = ''] = shared.map((name) => join(folder, 'shared', name));
    await writeFile(second, await readFile(first));
    const found = [await one.read(), await two.read()];
    assert.lengthOf(
      found.filter((read) => 'fault' in read),
      1,
    );
    assert.deepEqual(held((await cache.read()) as CachedPolicy), { bo: 'member' });
  });

  it('is read by its owner alone, and tells nobody the address of the database', async () => {
    await cache.writePolicy(cachedPolicy());
    for (const ending of ['.latest', '.policy']) {
      const path = await pathOf(ending);
      assert.strictEqual((await stat(path)).mode & 0o777, 0o600, ending);
      assert.notInclude(await readFile(path, 'latin1'), 'db.example');
    }
    const made = join(folder, 'made/for/it');
    await PolicyCache.open(made, database);
    assert.strictEqual((await stat(made)).mode & 0o777, 0o700);
  });

  it('keeps one policy on disk however often it is written, and removes what a killed process left', async () => {
    for (let round = 0; round < 3; round += 1) await cache.writePolicy(cachedPolicy([], round + 1));
    await pathOf('.policy');
    const left = join(folder, 'x.policy.0011223344ff.tmp');
    const writing = join(folder, 'y.policy.0011223344ff.tmp');
    for (const path of [left, writing]) await writeFile(path, 'half');
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(left, longAgo, longAgo);
    await PolicyCache.open(folder, database);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
      ['y.policy.0011223344ff.tmp'],
    );
  });

  it('stays as it was when whoever writes is told at the last moment that it must not', async () => {
    const writing = await cache.writePolicy(cachedPolicy([runtimeMember('bo', 1, 'member')]));
    const before = (await readdir(folder)).sort();
    const refuse = (): Promise<void> => Promise.reject(new Error('too late'));
    const changes = { members: [runtimeMember('bo', 2)], state: { sequence: 2, token: 'two' }, lastWordMs: 2 };
    for (const attempt of [
      () => cache.writePolicy(cachedPolicy([], 2), refuse),
      () => cache.writeChanges(changes, writing, refuse),
    ]) {
      const error = await attempt().catch((caught: unknown) => caught);
      assert.instanceOf(error, Error);
      assert.propertyVal(error, 'message', 'too late');
      assert.deepEqual((await readdir(folder)).sort(), before);
      assert.deepEqual(held((await cache.read()) as CachedPolicy), { bo: 'member' });
    }
  });

  it('is found whole by whoever reads while others write', async () => {
    await cache.writePolicy(cachedPolicy([runtimeMember('bo', 1, 'r1')], 1));
    const writing = { isOver: false };
    const write = async (): Promise<void> => {
      const own = await PolicyCache.open(folder, database);
      for (let round = 1; round <= 20; round += 1) {
        await own.writePolicy(cachedPolicy([runtimeMember('bo', round, `r${round}`)], round));
      }
    };
    const writers = Promise.all([write(), write()]).then(() => (writing.isOver = true));
    let reads = 0;
    while (!writing.isOver) {
      const read = await cache.read();
      // Two that write at once may remove each other's; then there is none, never a mix.
      if ('fault' in read) assert.match(read.fault, /is missing$/);
      else assert.deepEqual(held(read), { bo: `r${read.state.sequence}` });
      reads += 1;
    }
    await writers;
    assert.isAbove(reads, 5);
  });

  it('says what is wrong with a folder that cannot be one', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'below')]) {
      const error = await PolicyCache.open(path, database).catch((caught: unknown) => caught);
      assert.instanceOf(error, RolebookError);
      assert.include(error as object, { code: 'configuration', message: `the cache \`${path}\` is not a folder` });
    }
  });

  it('is read from a folder that cannot be written to, and is not written there', async () => {
    await cache.writePolicy(cachedPolicy([runtimeMember('bo', 1, 'member')]));
    await chmod(folder, 0o500);
    const found = await PolicyCache.open(folder, database);
    assert.deepEqual(held((await found.read()) as CachedPolicy), { bo: 'member' });
    // Root may write anywhere but there.
    const place = process.getuid?.() === 0 ? await PolicyCache.open(`/proc/${process.pid}`, database) : found;
    const error = await place.writePolicy(cachedPolicy()).catch((caught: unknown) => caught);
    assert.instanceOf(error, Error);
    assert.deepEqual(held((await found.read()) as CachedPolicy), { bo: 'member' });
  });

  it('stays as it was when there is no room for another', async () => {
    await cache.writePolicy(cachedPolicy([runtimeMember('bo', 1, 'member')]));
    const before = (await readdir(folder)).sort();
    const script = `
      import { PolicyCache } from ${JSON.stringify(new URL('../../../../src/store/database/cache/policy-cache.ts', import.meta.url).href)};
      import { cachedPolicy } from ${JSON.stringify(new URL('cached-policy.ts', import.meta.url).href)};
      const [folder, database] = process.argv.slice(-2);
      const cache = await PolicyCache.open(folder, database);
      const large = { path: 'roles.yaml', content: new Uint8Array(300_000) };
      await cache.writePolicy(cachedPolicy([], 2, { files: [large] }))
        .then(() => console.log('written'), (error) => console.log(error.code));
    `;
    const file = join(folder, 'write.mts');
    await writeFile(file, script);
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    // A limit on the length of files is as near to a full disk as a test gets without a disk of its own.
    const command = `ulimit -f 200; exec "${process.execPath}" --import "${loader}" "${file}" "${folder}" "${database}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', command]);
    await rm(file);
    assert.strictEqual(stdout.trim(), 'EFBIG');
    assert.deepEqual((await readdir(folder)).sort(), before);
    assert.deepEqual(held((await cache.read()) as CachedPolicy), { bo: 'member' });
  });

  it('gives the members that all changes in their order would give', async () => {
    const ids = fc.constantFrom('a', 'b', 'c', '["x"]');
    const change = fc.record({ id: ids, role: fc.option(fc.constantFrom('member', 'trainee'), { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change), fc.array(change), async (first, second) => {
        const truth: Record<string, string> = {};
        const apply = ({ id, role }: (typeof first)[number]): void => {
          if (role === undefined) Reflect.deleteProperty(truth, id);
          else truth[id] = role;
        };
        first.forEach(apply);
        const members = Object.entries(truth).map(([id, role]) => runtimeMember(id, 1, role));
        const writing = await cache.writePolicy(cachedPolicy(members));
        second.forEach(apply);
        const changed = second.map(({ id, role }, index) => runtimeMember(id, index + 2, role));
        await cache.writeChanges({ members: changed, state: { sequence: 9, token: 't' }, lastWordMs: 1 }, writing);
        assert.deepEqual(held((await cache.read()) as CachedPolicy), truth);
      }),
      { numRuns: 40 },
    );
  });
});

function held({ members }: CachedPolicy): Record<string, string | undefined> {
  return Object.fromEntries(members.map(({ subject, assignments }) => [subject.id, assignments[0]?.role]));
}

// JSON has no `undefined`.
function plain({ release, ...rest }: CachedPolicy): object {
  return { ...rest, release: JSON.parse(JSON.stringify(release)) as object };
}
