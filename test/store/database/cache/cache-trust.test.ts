import { createHash } from 'node:crypto';
import { chmod, chown, cp, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../../src/policy/errors.ts';
import { PolicyCache } from '../../../../src/store/database/cache/policy-cache.ts';
import { ownershipFault, privateFileFault } from '../../../../src/store/database/cache/private-folder.ts';
import { cachedPolicy, runtimeMember } from './cached-policy.ts';

const database = 'postgres://db.example/access';
const password = 'correct horse battery staple';
const [me, stranger] = [1000, 1001];
/** Only root can give files away, so elsewhere the rules about owners are held by the tests of `ownershipFault` alone. */
const isRoot = process.geteuid?.() === 0;

describe('the folder of a cache', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rolebook-trust-'))));
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  const refusal = async (path: string): Promise<string> => {
    const error = await PolicyCache.open(path, database).catch((caught: unknown) => caught);
    if (!(error instanceof RolebookError)) assert.fail(`${path} was taken`);
    assert.strictEqual(error.code, 'configuration');
    assert.isString(error.help);
    return error.message;
  };

  it('is taken when it is made, when nobody else can write there, and in a sticky folder like /tmp', async () => {
    const sticky = join(folder, 'sticky');
    await mkdir(sticky);
    await chmod(sticky, 0o1777);
    const [own, readable, below] = ['own', 'readable', 'sticky/cache'].map((name) => join(folder, name));
    await mkdir(readable ?? '', { mode: 0o755 });
    for (const path of [own, readable, below]) {
      assert.strictEqual((await PolicyCache.open(path ?? '', database)).trust, 'private');
    }
  });

  it('is refused when its group or everybody can write there, sticky or not', async () => {
    for (const mode of [0o777, 0o770, 0o707, 0o722, 0o1777, 0o3770, 0o720, 0o702]) {
      await chmod(folder, mode);
      const shown = mode.toString(8).padStart(4, '0');
      assert.strictEqual(await refusal(folder), `the cache \`${folder}\` others can write to (mode ${shown})`);
    }
    await chmod(folder, 0o700);
    assert.strictEqual((await PolicyCache.open(folder, database)).trust, 'private');
  });

  it('is refused below one in which others could put another in its place', async () => {
    for (const mode of [0o777, 0o770, 0o775]) {
      await chmod(folder, mode);
      for (const path of [join(folder, 'cache'), join(folder, 'a/b/c')]) {
        assert.match(await refusal(path), /stands in `.*`, which others can write to \(mode 077[057]\)$/);
      }
    }
  });

  it('is refused when it is a link, and taken through a link above it to a good one', async () => {
    await mkdir(join(folder, 'real/cache'), { recursive: true });
    await symlink(join(folder, 'real/cache'), join(folder, 'link'));
    await symlink(join(folder, 'real'), join(folder, 'above'));
    assert.strictEqual(await refusal(join(folder, 'link')), `the cache \`${join(folder, 'link')}\` is a symbolic link`);
    assert.strictEqual((await PolicyCache.open(join(folder, 'above/cache'), database)).trust, 'private');
    await chmod(join(folder, 'real'), 0o777);
    assert.match(await refusal(join(folder, 'above/cache')), /real`, which others can write to/);
  });

  it('is refused when it belongs to somebody else, or stands in a folder of theirs', async () => {
    assert.strictEqual(
      ownershipFault({ uid: stranger, mode: 0o40700 }, me, 'itself'),
      'belongs to another user (1001)',
    );
    assert.strictEqual(ownershipFault({ uid: stranger, mode: 0o41777 }, me, 'above'), 'belongs to another user (1001)');
    for (const uid of [me, 0]) assert.strictEqual(ownershipFault({ uid, mode: 0o40755 }, me, 'itself'), undefined);
    if (!isRoot) return;
    await mkdir(join(folder, 'cache'));
    await chown(join(folder, 'cache'), stranger, stranger);
    assert.match(await refusal(join(folder, 'cache')), /belongs to another user \(1001\)$/);
    await chown(folder, stranger, stranger);
    assert.match(await refusal(join(folder, 'other')), /stands in `.*`, which belongs to another user \(1001\)$/);
  });
});

describe('a file of a cache', () => {
  let folder: string;
  let cache: PolicyCache;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-trust-'));
    cache = await PolicyCache.open(folder, database, password);
    await cache.writePolicy(cachedPolicy([runtimeMember('bo', 1, 'member')], 1));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  const fileOf = async (ending: string): Promise<string> => {
    const name = (await readdir(folder)).find((each) => each.endsWith(ending));
    return join(folder, name ?? assert.fail(`no ${ending}`));
  };
  const faultOf = async (found = cache): Promise<string> => {
    const read = await found.read();
    return 'fault' in read ? read.fault : assert.fail('the cache was used');
  };
  const open = (secret?: string, source = database): Promise<PolicyCache> => PolicyCache.open(folder, source, secret);

  it('serves whoever has the secret, however often it is opened', async () => {
    assert.notProperty(await (await open(password)).read(), 'fault');
    assert.lengthOf(await readdir(folder), 2, 'the key is in no file');
  });

  it('serves nobody with another secret, or with none', async () => {
    for (const secret of ['', password.slice(1), `${password} `, password.toUpperCase(), undefined]) {
      assert.match(await faultOf(await open(secret)), /was written with another key, or another password$/, secret);
    }
  });

  it('decides nothing when somebody without the key wrote it, however well', async () => {
    const path = await fileOf('.policy');
    const whole = await readFile(path);
    const head = whole.indexOf('\n') + 1;
    const mallory = Buffer.from(`${JSON.stringify([runtimeMember('mallory', 1, 'workspace-admin')])}\n`);
    const content = Buffer.concat([whole.subarray(head), mallory]);
    const digest = createHash('sha256').update(content).digest('hex');
    const keyId = whole.subarray(0, head).toString().split(' ')[2] ?? '';
    const headers = [whole.subarray(0, head).toString(), `rolebook-cache 1 ${digest}\n`];
    headers.push(
      `rolebook-cache 2 ${digest}\n`,
      `rolebook-cache 2 ${keyId} ${digest}\n`,
      `rolebook-cache 0 ${digest}\n`,
    );
    headers.push(`rolebook-cache 2 ${'0'.repeat(16)} ${digest}\n`, `rolebook-cache 2 ${keyId} ${'0'.repeat(64)}\n`, '');
    for (const header of headers) {
      await writeFile(path, Buffer.concat([Buffer.from(header), content]));
      assert.match(
        await faultOf(),
        /by somebody else$|by another version of rolebook$|in a form that can be forged$|with another key, or another password$/,
        header,
      );
    }
    await writeFile(path, whole);
    assert.notProperty(await cache.read(), 'fault');
  });

  it('of the former form is not used, says why, and is replaced by what the database says', async () => {
    const path = await fileOf('.latest');
    await writeFile(path, `rolebook-cache 1 ${'0'.repeat(64)}\n{}`);
    assert.strictEqual(
      await faultOf(),
      `\`${path}\` was written by an earlier version of rolebook, in a form that can be forged`,
    );
    assert.strictEqual(await cache.readWritten(), undefined);
    await cache.writePolicy(cachedPolicy([], 2));
    assert.notProperty(await cache.read(), 'fault');
  });

  it('does not go together with one of another time, under whatever name', async () => {
    const older = join(folder, '../older-copy');
    await cp(folder, older, { recursive: true });
    const [oldPolicy, oldLatest] = [await fileOf('.policy'), await fileOf('.latest')];
    await cache.writePolicy(cachedPolicy([], 2));
    const [newPolicy, newLatest] = [await fileOf('.policy'), await fileOf('.latest')];
    const [writtenPolicy, writtenLatest] = [await readFile(newPolicy), await readFile(newLatest)];
    const from = (path: string): string => join(older, path.slice(folder.length + 1));
    await writeFile(newPolicy, await readFile(from(oldPolicy)));
    assert.match(await faultOf(), /changed by somebody else$/, 'an older policy under the name of the newer');
    await writeFile(newPolicy, writtenLatest);
    assert.match(await faultOf(), /changed by somebody else$/, 'one kind of file for the other');
    await writeFile(newPolicy, writtenPolicy);
    await writeFile(newLatest, await readFile(from(oldLatest)));
    assert.match(await faultOf(), /is missing$/, 'an older word about a policy that is gone');
    // Both of one time are authentic; how old they are is in them, for `--max-staleness`.
    await cp(from(oldPolicy), oldPolicy);
    const replayed = await cache.read();
    assert.deepInclude(replayed as object, { lastWordMs: cachedPolicy().lastWordMs, state: cachedPolicy([], 1).state });
    await rm(older, { recursive: true });
  });

  it('is not used when others can read or write it, or when it is not a file of ours', async () => {
    for (const ending of ['.latest', '.policy']) {
      const path = await fileOf(ending);
      for (const mode of [0o644, 0o660, 0o606, 0o620, 0o604, 0o601]) {
        await chmod(path, mode);
        assert.strictEqual(
          await faultOf(),
          `\`${path}\` is open to others (mode ${mode.toString(8).padStart(4, '0')}), and has to be 0600`,
        );
      }
      await chmod(path, 0o600);
      const elsewhere = join(folder, 'elsewhere');
      await cp(path, elsewhere);
      await rm(path);
      await symlink(elsewhere, path);
      assert.strictEqual(await faultOf(), `\`${path}\` is a symbolic link`);
      await rm(path);
      await link(elsewhere, path);
      assert.notProperty(await cache.read(), 'fault', 'another name of the same file');
      await rm(elsewhere);
    }
    const stats = { isFile: () => true, uid: stranger, mode: 0o100600 } as unknown as Parameters<
      typeof privateFileFault
    >[0];
    assert.strictEqual(privateFileFault(stats, me), 'belongs to another user (1001)');
    assert.strictEqual(privateFileFault(stats, stranger), undefined);
    if (isRoot) {
      await chown(await fileOf('.policy'), stranger, stranger);
      assert.match(await faultOf(), /belongs to another user \(1001\)$/);
    }
  });
});

describe('the key in a cache of a database without a password', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rolebook-trust-'))));
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  const open = (): Promise<PolicyCache> => PolicyCache.open(folder, 'sqlite:/srv/access.db');
  const keyPath = async (): Promise<string> => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.key'));
    assert.lengthOf(names, 1);
    return join(folder, names[0] ?? '');
  };

  it('is made once, is for this user alone, and is the same for all who come at once', async () => {
    const caches = await Promise.all(Array.from({ length: 8 }, open));
    assert.deepEqual(await readdir(folder), [], 'nothing is written before there is something');
    await Promise.all(caches.map((cache, index) => cache.writePolicy(cachedPolicy([], index + 1))));
    assert.strictEqual((await readFile(await keyPath())).length, 32);
    for (const cache of [...caches, await open()]) {
      const read = await cache.read();
      if ('fault' in read) assert.match(read.fault, /is missing$/);
    }
    await caches[0]?.writePolicy(cachedPolicy([], 9));
    for (const cache of [...caches, await open()]) assert.notProperty(await cache.read(), 'fault');
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('makes the cache begin anew when it is gone, changed, open to others or a link', async () => {
    const cache = await open();
    await cache.writePolicy(cachedPolicy([], 1));
    const path = await keyPath();
    const key = await readFile(path);
    const fault = async (): Promise<string> => {
      const read = await cache.read();
      return 'fault' in read ? read.fault : assert.fail('the cache was used');
    };
    await writeFile(path, Buffer.alloc(32));
    assert.match(await fault(), /was written with another key, or another password$/);
    await writeFile(path, key.subarray(1));
    assert.match(await fault(), /cannot be checked: the key `.*` is damaged; without it the cache begins anew$/);
    await writeFile(path, key);
    await chmod(path, 0o640);
    assert.match(await fault(), /cannot be checked: the key `.*` is open to others \(mode 0640\), and has to be 0600$/);
    await rm(path);
    await symlink('/etc/hostname', path);
    assert.match(await fault(), /cannot be checked: the key `.*` is a symbolic link$/);
    await rm(path);
    assert.match(await fault(), /was written with another key, or another password$/);
    await cache.writePolicy(cachedPolicy([], 2));
    assert.notProperty(await (await open()).read(), 'fault');
  });
});
