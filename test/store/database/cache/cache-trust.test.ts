import { createHash } from 'node:crypto';
import { chmod, chown, cp, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
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
    if (!(error instanceof RolebookError)) expect.fail(`${path} was taken`);
    expect(error.code).to.equal('configuration');
    expect(error.help).to.be.a('string');
    return error.message;
  };

  it('is taken when it is made, when nobody else can write there, and in a sticky folder like /tmp', async () => {
    const sticky = join(folder, 'sticky');
    await mkdir(sticky);
    await chmod(sticky, 0o1777);
    const [own, readable, below] = ['own', 'readable', 'sticky/cache'].map((name) => join(folder, name));
    await mkdir(readable ?? '', { mode: 0o755 });
    for (const path of [own, readable, below]) {
      expect((await PolicyCache.open(path ?? '', database)).trust).to.equal('private');
    }
  });

  it('is refused when its group or everybody can write there, sticky or not', async () => {
    for (const mode of [0o777, 0o770, 0o707, 0o722, 0o1777, 0o3770, 0o720, 0o702]) {
      await chmod(folder, mode);
      const shown = mode.toString(8).padStart(4, '0');
      expect(await refusal(folder)).to.equal(`the cache \`${folder}\` others can write to (mode ${shown})`);
    }
    await chmod(folder, 0o700);
    expect((await PolicyCache.open(folder, database)).trust).to.equal('private');
  });

  it('is refused below one in which others could put another in its place', async () => {
    for (const mode of [0o777, 0o770, 0o775]) {
      await chmod(folder, mode);
      for (const path of [join(folder, 'cache'), join(folder, 'a/b/c')]) {
        expect(await refusal(path)).to.match(/stands in `.*`, which others can write to \(mode 077[057]\)$/);
      }
    }
  });

  it('is refused when it is a link, and taken through a link above it to a good one', async () => {
    await mkdir(join(folder, 'real/cache'), { recursive: true });
    await symlink(join(folder, 'real/cache'), join(folder, 'link'));
    await symlink(join(folder, 'real'), join(folder, 'above'));
    expect(await refusal(join(folder, 'link'))).to.equal(`the cache \`${join(folder, 'link')}\` is a symbolic link`);
    expect((await PolicyCache.open(join(folder, 'above/cache'), database)).trust).to.equal('private');
    await chmod(join(folder, 'real'), 0o777);
    expect(await refusal(join(folder, 'above/cache'))).to.match(/real`, which others can write to/);
  });

  it('is refused when it belongs to somebody else, or stands in a folder of theirs', async () => {
    expect(ownershipFault({ uid: stranger, mode: 0o40700 }, me, 'itself')).to.equal('belongs to another user (1001)');
    expect(ownershipFault({ uid: stranger, mode: 0o41777 }, me, 'above')).to.equal('belongs to another user (1001)');
    for (const uid of [me, 0]) expect(ownershipFault({ uid, mode: 0o40755 }, me, 'itself')).to.equal(undefined);
    if (!isRoot) return;
    await mkdir(join(folder, 'cache'));
    await chown(join(folder, 'cache'), stranger, stranger);
    expect(await refusal(join(folder, 'cache'))).to.match(/belongs to another user \(1001\)$/);
    await chown(folder, stranger, stranger);
    expect(await refusal(join(folder, 'other'))).to.match(/stands in `.*`, which belongs to another user \(1001\)$/);
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
    return join(folder, name ?? expect.fail(`no ${ending}`));
  };
  const faultOf = async (found = cache): Promise<string> => {
    const read = await found.read();
    return 'fault' in read ? read.fault : expect.fail('the cache was used');
  };
  const open = (secret?: string, source = database): Promise<PolicyCache> => PolicyCache.open(folder, source, secret);

  it('serves whoever has the secret, however often it is opened', async () => {
    expect(await (await open(password)).read()).not.to.have.property('fault');
    expect(await readdir(folder), 'the key is in no file').to.have.lengthOf(2);
  });

  it('serves nobody with another secret, or with none', async () => {
    for (const secret of ['', password.slice(1), `${password} `, password.toUpperCase(), undefined]) {
      expect(await faultOf(await open(secret)), secret).to.match(/was written with another key, or another password$/);
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
      expect(await faultOf(), header).to.match(
        /by somebody else$|by another version of rolebook$|in a form that can be forged$|with another key, or another password$/,
      );
    }
    await writeFile(path, whole);
    expect(await cache.read()).not.to.have.property('fault');
  });

  it('of the former form is not used, says why, and is replaced by what the database says', async () => {
    const path = await fileOf('.latest');
    await writeFile(path, `rolebook-cache 1 ${'0'.repeat(64)}\n{}`);
    expect(await faultOf()).to.equal(
      `\`${path}\` was written by an earlier version of rolebook, in a form that can be forged`,
    );
    expect(await cache.readWritten()).to.equal(undefined);
    await cache.writePolicy(cachedPolicy([], 2));
    expect(await cache.read()).not.to.have.property('fault');
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
    expect(await faultOf(), 'an older policy under the name of the newer').to.match(/changed by somebody else$/);
    await writeFile(newPolicy, writtenLatest);
    expect(await faultOf(), 'one kind of file for the other').to.match(/changed by somebody else$/);
    await writeFile(newPolicy, writtenPolicy);
    await writeFile(newLatest, await readFile(from(oldLatest)));
    expect(await faultOf(), 'an older word about a policy that is gone').to.match(/is missing$/);
    // Both of one time are authentic; how old they are is in them, for `--max-staleness`.
    await cp(from(oldPolicy), oldPolicy);
    const replayed = await cache.read();
    expect(replayed).to.deep.include({ lastWordMs: cachedPolicy().lastWordMs, state: cachedPolicy([], 1).state });
    await rm(older, { recursive: true });
  });

  it('is not used when others can read or write it, or when it is not a file of ours', async () => {
    for (const ending of ['.latest', '.policy']) {
      const path = await fileOf(ending);
      for (const mode of [0o644, 0o660, 0o606, 0o620, 0o604, 0o601]) {
        await chmod(path, mode);
        expect(await faultOf()).to.equal(
          `\`${path}\` is open to others (mode ${mode.toString(8).padStart(4, '0')}), and has to be 0600`,
        );
      }
      await chmod(path, 0o600);
      const elsewhere = join(folder, 'elsewhere');
      await cp(path, elsewhere);
      await rm(path);
      await symlink(elsewhere, path);
      expect(await faultOf()).to.equal(`\`${path}\` is a symbolic link`);
      await rm(path);
      await link(elsewhere, path);
      expect(await cache.read(), 'another name of the same file').not.to.have.property('fault');
      await rm(elsewhere);
    }
    const stats = { isFile: () => true, uid: stranger, mode: 0o100600 } as unknown as Parameters<
      typeof privateFileFault
    >[0];
    expect(privateFileFault(stats, me)).to.equal('belongs to another user (1001)');
    expect(privateFileFault(stats, stranger)).to.equal(undefined);
    if (isRoot) {
      await chown(await fileOf('.policy'), stranger, stranger);
      expect(await faultOf()).to.match(/belongs to another user \(1001\)$/);
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
    expect(names).to.have.lengthOf(1);
    return join(folder, names[0] ?? '');
  };

  it('is made once, is for this user alone, and is the same for all who come at once', async () => {
    const caches = await Promise.all(Array.from({ length: 8 }, open));
    expect(await readdir(folder), 'nothing is written before there is something').to.deep.equal([]);
    await Promise.all(caches.map((cache, index) => cache.writePolicy(cachedPolicy([], index + 1))));
    expect((await readFile(await keyPath())).length).to.equal(32);
    for (const cache of [...caches, await open()]) {
      const read = await cache.read();
      if ('fault' in read) expect(read.fault).to.match(/is missing$/);
    }
    await caches[0]?.writePolicy(cachedPolicy([], 9));
    for (const cache of [...caches, await open()]) expect(await cache.read()).not.to.have.property('fault');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
  });

  it('makes the cache begin anew when it is gone, changed, open to others or a link', async () => {
    const cache = await open();
    await cache.writePolicy(cachedPolicy([], 1));
    const path = await keyPath();
    const key = await readFile(path);
    const fault = async (): Promise<string> => {
      const read = await cache.read();
      return 'fault' in read ? read.fault : expect.fail('the cache was used');
    };
    await writeFile(path, Buffer.alloc(32));
    expect(await fault()).to.match(/was written with another key, or another password$/);
    await writeFile(path, key.subarray(1));
    expect(await fault()).to.match(/cannot be checked: the key `.*` is damaged; without it the cache begins anew$/);
    await writeFile(path, key);
    await chmod(path, 0o640);
    expect(await fault()).to.match(
      /cannot be checked: the key `.*` is open to others \(mode 0640\), and has to be 0600$/,
    );
    await rm(path);
    await symlink('/etc/hostname', path);
    expect(await fault()).to.match(/cannot be checked: the key `.*` is a symbolic link$/);
    await rm(path);
    expect(await fault()).to.match(/was written with another key, or another password$/);
    await cache.writePolicy(cachedPolicy([], 2));
    expect(await (await open()).read()).not.to.have.property('fault');
  });
});
