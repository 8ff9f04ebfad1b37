import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rename, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { identityOf } from '../../../src/store/folder/file-identity.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { atOnce, besideOthers, readSource } from '../../../src/store/folder/read-source.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { faultOf, pathsOf, textOf } from '../../support/source-files.ts';

const secret = 'token: a4f0c2d19e7b6358';
const leadsOut = 'is a symbolic link that leads out of the policy directory';
const leadsToHidden = 'is a symbolic link that leads to what is hidden by a name that begins with a dot';

for (const reading of ['beside-others', 'in-one-turn'] as const)
  describe(`a symbolic link of a policy directory, ${reading}`, () => {
    let folder: PolicyFolder;
    let outside: string;
    let directory: PolicyDirectory;

    beforeEach(async () => {
      folder = await createPolicyFolder(smallPolicy());
      outside = await realpath(await mkdtemp(join(tmpdir(), 'rolebook-outside-')));
      await writeFile(join(outside, 'token.yaml'), secret);
      directory = new PolicyDirectory(folder.root, reading);
    });

    afterEach(async () => {
      await folder.dispose();
      await rm(outside, { recursive: true, force: true });
    });

    const link = (target: string, path: string): Promise<void> => symlink(target, join(folder.root, path));

    /** The fault of one path; nothing that was read may hold the secret. */
    const faultAt = async (path: string): Promise<string | undefined> => {
      const files = await directory.read('all');
      assert.notInclude(JSON.stringify(files.map((file) => ('fault' in file ? file : String(file.content)))), 'a4f0');
      return pathsOf(files).includes(path) ? faultOf(files, path) : 'is not there';
    };

    describe('is read where it stays inside', () => {
      it('as a file, a folder, a chain of links, and one that names its place from the top', async () => {
        await folder.write('shared/team/a.yaml', 'workspace: a');
        await link('../shared', 'policies/shared');
        await link('shared/team/a.yaml', 'policies/first.yaml');
        await link('first.yaml', 'policies/second.yaml');
        await link(join(folder.root, 'shared/team/a.yaml'), 'policies/absolute.yaml');
        await link(join(folder.root, 'shared/../shared/team'), 'policies/sales');
        const files = await directory.read('deciding');
        for (const path of ['sales/a.yaml', 'first.yaml', 'second.yaml', 'absolute.yaml'])
          assert.strictEqual(textOf(files, `policies/${path}`), 'workspace: a', path);
        assert.strictEqual(faultOf(files, 'policies/shared/team'), 'is the same folder as `policies/sales`');
      });

      it('also when the directory itself is named through a link, by either of its names', async () => {
        await symlink(folder.root, join(outside, 'current'));
        directory = new PolicyDirectory(join(outside, 'current'), reading);
        await folder.write('shared/a.yaml', 'workspace: a');
        await link(join(outside, 'current/shared/a.yaml'), 'policies/given.yaml');
        await link(join(await realpath(folder.root), 'shared/a.yaml'), 'policies/real.yaml');
        const files = await directory.read('deciding');
        for (const name of ['given', 'real'])
          assert.strictEqual(textOf(files, `policies/${name}.yaml`), 'workspace: a');
      });

      it('and follows the link to the directory when that is turned', async () => {
        const other = await createPolicyFolder({ ...smallPolicy(), 'policies/other.yaml': 'workspace: other' });
        await symlink(folder.root, join(outside, 'current'));
        directory = new PolicyDirectory(join(outside, 'current'), reading);
        assert.notInclude(pathsOf(await directory.read('deciding')), 'policies/other.yaml');
        await symlink(other.root, join(outside, 'next'));
        await rename(join(outside, 'next'), join(outside, 'current'));
        assert.include(pathsOf(await directory.read('deciding')), 'policies/other.yaml');
        assert.lengthOf(pathsOf(await directory.read('deciding', new Set(['policies/other.yaml']))), 5);
        await other.dispose();
      });
    });

    describe('is a problem where it leads out', () => {
      it('as a file, by a relative path and by a path from the top', async () => {
        await link(join(outside, 'token.yaml'), 'policies/absolute.yaml');
        await link(`../../${outside.split('/').at(-1) ?? ''}/token.yaml`, 'policies/relative.yaml');
        await link('/etc/hostname', 'policies/host.yaml');
        await link('/dev/zero', 'policies/zero.yaml');
        await link('/proc/self/environ', 'policies/environ.yaml');
        await link('/proc/self/root/etc/hostname', 'policies/proc.yaml');
        await link('/proc/self/fd/0', 'policies/input.test.yaml');
        for (const name of ['absolute', 'relative', 'host', 'zero', 'environ', 'proc', 'input.test'])
          assert.strictEqual(await faultAt(`policies/${name}.yaml`), leadsOut, name);
      });

      it('as a folder, as `policies` itself, as `roles.yaml` and as `model.conf`', async () => {
        await link(outside, 'policies/team');
        assert.strictEqual(await faultAt('policies/team'), leadsOut);
        for (const path of ['roles.yaml', 'model.conf']) {
          await unlink(join(folder.root, path));
          await link(join(outside, 'token.yaml'), path);
          assert.strictEqual(await faultAt(path), leadsOut);
        }
        await rm(join(folder.root, 'policies'), { recursive: true });
        await link(outside, 'policies');
        assert.strictEqual(await faultAt('policies'), leadsOut);
      });

      it('through other links, and in the middle, even if it came back', async () => {
        await link(outside, 'hop');
        await link('../hop/token.yaml', 'policies/chain.yaml');
        await link('chain.yaml', 'policies/longer.yaml');
        await folder.write('policies/in.yaml', 'workspace: in');
        const name = folder.root.split('/').at(-1) ?? '';
        await link(`../../${name}/policies/in.yaml`, 'policies/back.yaml');
        await link(`${outside}/../${name}/policies/in.yaml`, 'policies/around.yaml');
        await link(`${folder.root}/../${name}/policies/in.yaml`, 'policies/up.yaml');
        await symlink(join(folder.root, 'policies'), join(outside, 'home'));
        await link('../hop/home/in.yaml', 'policies/home.yaml');
        for (const path of ['chain', 'longer', 'back', 'around', 'up', 'home'])
          assert.strictEqual(await faultAt(`policies/${path}.yaml`), leadsOut, path);
      });

      it('where a neighbour has a name that begins as the directory does', async () => {
        await mkdir(`${folder.root}-secrets`);
        await writeFile(`${folder.root}-secrets/token.yaml`, secret);
        await link(`${folder.root}-secrets/token.yaml`, 'policies/neighbour.yaml');
        assert.strictEqual(await faultAt('policies/neighbour.yaml'), leadsOut);
        await rm(`${folder.root}-secrets`, { recursive: true });
      });

      it('says the same whether or not something is there', async () => {
        await link('/etc/passwd', 'policies/there.yaml');
        await link('/nowhere/at/all', 'policies/gone.yaml');
        await link('../../../../../../nowhere', 'policies/above.yaml');
        await link('/root/.ssh/id_rsa', 'policies/locked.yaml');
        for (const name of ['there', 'gone', 'above', 'locked'])
          assert.strictEqual(await faultAt(`policies/${name}.yaml`), leadsOut, name);
      });

      it('and is mended by a file in its place', async () => {
        await link('/etc/hostname', 'policies/host.yaml');
        assert.strictEqual(await faultAt('policies/host.yaml'), leadsOut);
        await unlink(join(folder.root, 'policies/host.yaml'));
        await folder.write('policies/host.yaml', 'workspace: host');
        assert.strictEqual(textOf(await directory.read('deciding'), 'policies/host.yaml'), 'workspace: host');
      });
    });

    it('is a problem where it leads to what a name with a dot hides, as the configuration of git', async () => {
      execFileSync('git', ['init', '--quiet', folder.root]);
      await folder.write('.env', secret);
      await folder.write('.secrets/a.yaml', secret);
      await link('../.git/config', 'policies/config.yaml');
      await link('../.env', 'policies/env.yaml');
      await link('../.secrets', 'policies/team');
      await link('../policies/../.secrets/a.yaml', 'policies/a.yaml');
      for (const path of ['policies/config.yaml', 'policies/env.yaml', 'policies/team', 'policies/a.yaml'])
        assert.strictEqual(await faultAt(path), leadsToHidden, path);
    });

    it('is left alone where it is a note that stays inside', async () => {
      await folder.write('.github/README.md', 'notes');
      await link('../.github/README.md', 'policies/README.md');
      assert.strictEqual(await faultAt('policies/README.md'), 'is not there');
    });

    it('is not read where it took the place of a folder after that was looked at', async () => {
      await link(outside, 'policies/team');
      const root = { real: await realpath(folder.root), given: folder.root };
      const seen = identityOf(await stat(join(outside, 'token.yaml'), { bigint: true }));
      const calls = reading === 'in-one-turn' ? atOnce : besideOthers;
      assert.deepEqual(await readSource(root, 'policies/team/token.yaml', seen, calls), { fault: leadsOut });
      assert.deepEqual(await readSource({ ...root, real: outside }, 'token.yaml', seen, calls), Buffer.from(secret));
    });

    it('is never read on the other side, however often it is exchanged while files are read', async () => {
      await folder.write('policies/team/token.yaml', 'workspace: inside');
      await mkdir(join(folder.root, 'spare'));
      const place = join(folder.root, 'policies/team');
      const turning = { isDone: false };
      const turn = (async () => {
        while (!turning.isDone) {
          await rename(place, join(folder.root, 'spare/team'));
          await symlink(outside, place);
          await new Promise((resolve) => setImmediate(resolve));
          await unlink(place);
          await rename(join(folder.root, 'spare/team'), place);
        }
      })();
      for (let round = 0; round < 15; round += 1) {
        const fresh = new PolicyDirectory(folder.root, reading);
        const files = await fresh.read('deciding').catch(() => []);
        for (const file of files) if ('content' in file) assert.notInclude(String(file.content), 'a4f0');
      }
      turning.isDone = true;
      await turn;
    });
  });
