import { chmod, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import { parseRemoteAddress } from '../../../src/store/remote/remote-address.ts';
import { RemoteClone } from '../../../src/store/remote/remote-clone.ts';
import type { RemoteCredentials } from '../../../src/store/remote/remote-command.ts';
import { RemoteFiles } from '../../../src/store/remote/remote-files.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { startGitServer, type GitServer } from '../../support/git-server.ts';

const ref = 'refs/heads/main';

describe('a clone of a repository elsewhere', function () {
  this.timeout(60_000);
  let policy: GitPolicy;
  let server: GitServer;
  let cache: string;
  beforeEach(async () => {
    policy = await createGitPolicy();
    policy.commit();
    server = await startGitServer(join(policy.root, '.git'));
    cache = await mkdtemp(join(tmpdir(), 'rolebook-clone-'));
  });
  afterEach(async () => {
    await server.close();
    await policy.dispose();
    await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  });

  const cloneOf = (credentials: RemoteCredentials = {}, prefix = '', url = server.url): RemoteClone =>
    new RemoteClone({
      address: parseRemoteAddress(url, '--git'),
      ref,
      prefix,
      credentials,
      folder: join(cache, 'clone'),
      timeoutMs: 3000,
    });
  const filesOf = (clone: RemoteClone, prefix = ''): RemoteFiles =>
    new RemoteFiles(clone, { address: parseRemoteAddress(server.url, '--git'), ref, prefix, now: Date.now });
  const refusal = async (work: Promise<unknown>): Promise<RolebookError> => {
    const error: unknown = await work.then(() => undefined).catch((found: unknown) => found);
    return error instanceof RolebookError ? error : assert.fail(`it was no refusal: ${String(error)}`);
  };

  it('has no work tree, one commit, and every file of the policy', async () => {
    const clone = cloneOf();
    const files = await filesOf(clone).read();
    assert.deepEqual(
      files.map(({ path }) => path),
      ['model.conf', 'policies/organization.yaml', 'policies/support.yaml', 'roles.yaml'],
    );
    assert.notInclude(await readdir(clone.repository.folder), 'roles.yaml');
  });

  it('gives the very same files where nothing has changed, and only what has as another', async () => {
    const reader = filesOf(cloneOf());
    const first = await reader.read();
    assert.strictEqual(await reader.read(), first);
    assert.deepEqual([...((await reader.findChanged()) as Set<string>)], []);
    await policy.write('policies/support.yaml', 'workspace: support\n');
    policy.commit('less');
    const next = await reader.read();
    const same = next.filter((file) => first.includes(file)).map(({ path }) => path);
    assert.deepEqual(same, ['model.conf', 'policies/organization.yaml', 'roles.yaml']);
  });

  it('sends a token to its own server, read anew each time, and tells it to nobody', async () => {
    const token = join(cache, 'token');
    server.token = 's3cret-one';
    await writeFile(token, 's3cret-one\n');
    const clone = cloneOf({ tokenFile: token });
    await clone.fetch();
    server.token = 's3cret-two';
    const { message, help, code } = await refusal(clone.fetch());
    assert.equal(code, 'configuration');
    assert.include(message, 'the credentials are refused');
    assert.notInclude(`${message} ${help}`, 's3cret');
    await writeFile(token, 's3cret-two');
    await clone.fetch();
    for (const name of readdirSync(clone.repository.folder)) {
      const path = join(clone.repository.folder, name);
      if (statSync(path).isFile()) assert.notInclude((await import('node:fs')).readFileSync(path, 'utf8'), 's3cret');
    }
    await writeFile(token, 'two words');
    assert.include((await refusal(clone.fetch())).message, 'holds no token');
    await rm(token);
    assert.include((await refusal(clone.fetch())).message, 'cannot be read');
  });

  it('is not led elsewhere, and says so', async () => {
    server.mood = 'redirecting';
    const { message } = await refusal(cloneOf().fetch());
    assert.include(message, 'moved to another address');
  });

  it('says why it cannot be fetched: no server, a silent one, one that fails, no branch, no repository', async () => {
    server.mood = 'failing';
    assert.include((await refusal(cloneOf().fetch())).message, 'cannot be fetched');
    server.mood = 'silent';
    assert.include((await refusal(cloneOf().fetch())).message, 'did not answer within 3 s');
    server.mood = 'well';
    policy.git('branch', '-m', 'main', 'trunk');
    assert.include((await refusal(cloneOf().fetch())).message, 'there is no `refs/heads/main`');
    policy.git('branch', '-m', 'trunk', 'main');
    await cloneOf().fetch();
    assert.include(
      (await refusal(cloneOf({}, '', 'file:///nowhere/at/all').fetch())).message,
      'there is no repository',
    );
    const gone = cloneOf({}, '', 'http://127.0.0.1:1/policy.git');
    assert.equal((await refusal(gone.fetch())).code, 'unavailable');
  });

  it('is made anew when it is damaged, locked or no clone at all', async () => {
    const clone = cloneOf();
    const commit = await clone.fetch();
    const { folder } = clone.repository;
    const packs = join(folder, 'objects/pack');
    const damages: readonly [string, () => Promise<void> | void][] = [
      [
        'a broken pack',
        async () => {
          for (const name of readdirSync(packs)) {
            await chmod(join(packs, name), 0o600);
            truncateSync(join(packs, name), 20);
          }
        },
      ],
      ['a lock that somebody left', () => writeFile(join(folder, 'shallow.lock'), '')],
      ['a ref that is none', () => writeFile(join(folder, 'refs/rolebook/tip'), 'nonsense\n')],
      ['no HEAD', () => rm(join(folder, 'HEAD'))],
      [
        'another thing in its place',
        async () => {
          await rm(folder, { recursive: true });
          await writeFile(folder, 'a file');
        },
      ],
    ];
    for (const [what, damage] of damages) {
      await damage();
      const again = cloneOf();
      assert.equal(await again.fetch(), commit, what);
      assert.lengthOf(await filesOf(again).read(), 4, what);
    }
  });

  it('is of use until another one is whole that takes its place', async () => {
    const first = cloneOf();
    const commit = await first.fetch();
    await first.noteGood(commit);
    server.mood = 'failing';
    await refusal(first.fetchAnew());
    assert.equal(await cloneOf().lastGood(), commit, 'a server that fails takes nothing away');
    server.mood = 'well';
    assert.equal(await first.fetchAnew(), commit);
    assert.equal(first.generation, 1);
    assert.isUndefined(await first.lastGood(), 'what was noted is to be noted again');
  });

  it('knows what was good last of its own branch and folder alone', async () => {
    const clone = cloneOf();
    await clone.noteGood(await clone.fetch());
    assert.isDefined(await cloneOf().lastGood());
    assert.isUndefined(await cloneOf({}, 'services/').lastGood());
  });

  it('runs nothing, and reads nothing outside, whatever the repository holds', async () => {
    const trap = join(cache, 'sprung');
    await policy.write('.gitattributes', '* filter=evil\n*.yaml text eol=crlf\n');
    await policy.write('.gitmodules', `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ${trap}\n`);
    await policy.write('.git-hooks/post-checkout', `#!/bin/sh\ntouch ${trap}\n`);
    await symlink('/etc/passwd', join(policy.root, 'policies/passwd.yaml'));
    await symlink('../../../../etc', join(policy.root, 'policies/etc'));
    policy.git('config', 'filter.evil.smudge', `touch ${trap}`);
    policy.git('config', 'uploadpack.packObjectsHook', `touch ${trap}`);
    policy.commit('be hostile');
    const files = await filesOf(cloneOf()).read();
    assert.isFalse(existsSync(trap));
    const found = files.find(({ path }) => path === 'policies/passwd.yaml');
    assert.isTrue(found && 'fault' in found, 'a link out of the repository is no file');
    const plain = files.find(({ path }) => path === 'policies/support.yaml');
    assert.isFalse(plain && 'content' in plain && Buffer.from(plain.content).includes('\r'));
  });

  it('reads a folder of the repository, and says where none was found', async () => {
    await policy.write('services/README', '');
    policy.git('mv', '-k', 'roles.yaml', 'policies', 'model.conf', 'services/');
    await policy.write(
      'services/access/roles.yaml',
      'permissions: { Docs: { doc:read: Read } }\nroles: { member: { grants: [doc:read] } }\n',
    );
    policy.commit('move');
    const below = filesOf(cloneOf({}, 'services/access/'), 'services/access/');
    assert.deepEqual(
      (await below.read()).map(({ path }) => path),
      ['roles.yaml'],
    );
    const { message, help } = await refusal(filesOf(cloneOf({}, 'nowhere/'), 'nowhere/').read());
    assert.include(message, 'has no `roles.yaml` below `nowhere/`');
    assert.include(help, '--path');
  });
});
