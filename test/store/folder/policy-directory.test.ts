import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { assert } from 'chai';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { RolebookError } from '../../../src/policy/errors.ts';
import { limits } from '../../../src/policy/limits.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { DiskGround } from '../../../src/store/folder/policy-root.ts';
import { listPolicyTree } from '../../../src/store/folder/policy-tree.ts';
import { builtModule } from '../../support/built-module.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { contentOf, faultOf, pathsOf, textOf } from '../../support/source-files.ts';

for (const reading of ['beside-others', 'in-one-turn'] as const)
  describe(`reading a policy directory, ${reading}`, () => {
    let folder: PolicyFolder;
    let directory: PolicyDirectory;

    beforeEach(async () => {
      folder = await createPolicyFolder(smallPolicy());
      directory = new PolicyDirectory(folder.root, reading);
    });

    afterEach(() => folder.dispose());

    describe('which files', () => {
      it('reads roles.yaml, model.conf and what lies under policies, sorted by path', async () => {
        await folder.write('policies/acme/b.yaml', 'workspace: b');
        await folder.write('policies/Acme/a.yaml', 'workspace: a');
        assert.deepEqual(pathsOf(await directory.read('deciding')), [
          'model.conf',
          'policies/Acme/a.yaml',
          'policies/acme/b.yaml',
          'policies/organization.yaml',
          'policies/support.yaml',
          'roles.yaml',
        ]);
      });

      it('reads the tests only when asked for all', async () => {
        await folder.write('policies/support.test.yaml', 'tests: []');
        assert.notInclude(pathsOf(await directory.read('deciding')), 'policies/support.test.yaml');
        assert.include(pathsOf(await directory.read('all')), 'policies/support.test.yaml');
      });

      it('leaves out hidden files and folders, notes, and the rest of the repository', async () => {
        const others = ['policies/.support.yaml.swp', 'policies/.hidden/a.yaml', 'policies/README.md', 'src/a.yaml'];
        for (const path of [...others, 'other.yaml']) await folder.write(path, 'workspace: a');
        assert.deepEqual(pathsOf(await directory.read('all')), Object.keys(smallPolicy()).sort());
      });

      it('hands on files that end in .yml, so that the compiler can say they would not be read', async () => {
        await folder.write('policies/sales.yml', 'workspace: sales');
        await folder.write('roles.yml', '');
        assert.includeMembers(pathsOf(await directory.read('deciding')), ['policies/sales.yml', 'roles.yml']);
      });

      it('reads bytes as they are', async () => {
        const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x00, 0xff, 0x0d, 0x0a);
        await writeFile(join(folder.root, 'policies/support.yaml'), bytes);
        assert.deepEqual(contentOf(await directory.read('deciding'), 'policies/support.yaml'), Buffer.from(bytes));
      });

      it('reads an empty file as no bytes', async () => {
        await folder.write('policies/support.yaml', '');
        assert.lengthOf(contentOf(await directory.read('deciding'), 'policies/support.yaml'), 0);
      });

      it('finds the folder from a relative path', () => {
        assert.strictEqual(new PolicyDirectory('policy').root, join(process.cwd(), 'policy'));
      });
    });

    describe('symbolic links', () => {
      it('follows links to files and to folders', async () => {
        await folder.write('elsewhere/sales/a.yaml', 'workspace: a');
        await symlink('../elsewhere/sales', join(folder.root, 'policies/sales'));
        await symlink('../elsewhere/sales/a.yaml', join(folder.root, 'policies/linked.yaml'));
        const files = await directory.read('deciding');
        assert.strictEqual(textOf(files, 'policies/sales/a.yaml'), 'workspace: a');
        assert.strictEqual(textOf(files, 'policies/linked.yaml'), 'workspace: a');
      });

      it('reads a mounted ConfigMap once, through its links', async () => {
        await rm(join(folder.root, 'policies'), { recursive: true });
        await folder.write('policies/..2026_11_21/a.yaml', 'workspace: a');
        await symlink('..2026_11_21', join(folder.root, 'policies/..data'));
        await symlink('..data/a.yaml', join(folder.root, 'policies/a.yaml'));
        const below = pathsOf(await directory.read('deciding')).filter((path) => path.startsWith('policies'));
        assert.deepEqual(below, ['policies/a.yaml']);
      });

      it('stops at a link that leads back up, and says so', async () => {
        await mkdir(join(folder.root, 'policies/acme'));
        await symlink('..', join(folder.root, 'policies/acme/loop'));
        await symlink('.', join(folder.root, 'policies/self'));
        const files = await directory.read('deciding');
        assert.strictEqual(faultOf(files, 'policies/acme/loop'), 'is the same folder as `policies`');
        assert.strictEqual(faultOf(files, 'policies/self'), 'is the same folder as `policies`');
        assert.include(textOf(files, 'policies/support.yaml'), 'workspace: support');
      });

      it('stops at a link to the folder that holds policies', async () => {
        await symlink('..', join(folder.root, 'policies/up'));
        const files = await directory.read('deciding');
        assert.strictEqual(faultOf(files, 'policies/up/policies'), 'is the same folder as `policies`');
      });

      it('reports a link that leads nowhere, and one that leads to itself', async () => {
        await symlink('gone.yaml', join(folder.root, 'policies/lost.yaml'));
        await symlink('gone', join(folder.root, 'policies/lost'));
        await symlink('circle.yaml', join(folder.root, 'policies/circle.yaml'));
        const files = await directory.read('deciding');
        assert.strictEqual(faultOf(files, 'policies/lost.yaml'), 'is a symbolic link that leads nowhere');
        assert.strictEqual(faultOf(files, 'policies/lost'), 'is a symbolic link that leads nowhere');
        assert.strictEqual(faultOf(files, 'policies/circle.yaml'), 'is a symbolic link that leads in circles');
      });

      it('passes over the lock an editor keeps as a link that leads nowhere', async () => {
        await symlink('ana@laptop.4711', join(folder.root, 'policies/.#support.yaml'));
        assert.deepEqual(
          (await directory.read('deciding')).filter((file) => 'fault' in file),
          [],
        );
      });
    });

    describe('what cannot be read', () => {
      it('reports pipes and sockets instead of waiting for them', async () => {
        execFileSync('mkfifo', [join(folder.root, 'policies/pipe.yaml')]);
        const server = createServer().listen(join(folder.root, 'policies/socket.yaml'));
        const files = await directory.read('deciding');
        assert.strictEqual(faultOf(files, 'policies/pipe.yaml'), 'is not a regular file');
        assert.strictEqual(faultOf(files, 'policies/socket.yaml'), 'is not a regular file');
        server.close();
      });

      it('reports a folder that is called roles.yaml', async () => {
        await folder.remove('roles.yaml');
        await mkdir(join(folder.root, 'roles.yaml'));
        assert.strictEqual(faultOf(await directory.read('deciding'), 'roles.yaml'), 'is a directory');
      });

      it('reports a policies folder that is missing or a file', async () => {
        await folder.remove('policies');
        assert.strictEqual(faultOf(await directory.read('deciding'), 'policies'), 'is missing');
        await folder.write('policies', '');
        assert.strictEqual(faultOf(await directory.read('deciding'), 'policies'), 'is not a directory');
      });

      it('reports a file and a folder without permission, and reads them once they have it', async function () {
        if (process.getuid?.() === 0) return unreadableAsNobody(folder, this);
        await folder.write('policies/closed/a.yaml', 'workspace: a');
        await chmod(join(folder.root, 'policies/support.yaml'), 0o000);
        await chmod(join(folder.root, 'policies/closed'), 0o000);
        const files = await directory.read('deciding');
        assert.strictEqual(faultOf(files, 'policies/support.yaml'), 'cannot be read: permission denied');
        assert.strictEqual(faultOf(files, 'policies/closed'), 'cannot be read: permission denied');
        await chmod(join(folder.root, 'policies/support.yaml'), 0o600);
        await chmod(join(folder.root, 'policies/closed'), 0o700);
        assert.strictEqual(textOf(await directory.read('deciding'), 'policies/closed/a.yaml'), 'workspace: a');
      });

      it('reads one byte more than the limit of a huge file, and no more', async () => {
        await folder.write('policies/huge.yaml', '#'.repeat(limits.fileBytes + 70_000));
        await folder.write('policies/large.yaml', '#'.repeat(limits.fileBytes));
        const files = await directory.read('deciding');
        assert.lengthOf(contentOf(files, 'policies/huge.yaml'), limits.fileBytes + 1);
        assert.lengthOf(contentOf(files, 'policies/large.yaml'), limits.fileBytes);
      });

      it('reports a file whose name is not UTF-8, instead of passing it over', async function () {
        if (process.platform !== 'linux') return this.skip();
        await writeFile(Buffer.from(join(folder.root, 'policies/b\u00fcro.yaml'), 'latin1'), '');
        const files = await directory.read('deciding');
        assert.strictEqual(faultOf(files, 'policies/b\ufffdro.yaml'), 'has a name that is not UTF-8');
      });

      it('reports folders that lie too deep', async () => {
        const deep = Array.from({ length: limits.directoryDepth + 1 }, () => 'd').join('/');
        await folder.write(`policies/${deep}/a.yaml`, 'workspace: a');
        await folder.write(`policies/${deep.slice(2)}/b.yaml`, 'workspace: b');
        const files = await directory.read('deciding');
        assert.strictEqual(faultOf(files, `policies/${deep}`), 'is more than 16 folders deep');
        assert.strictEqual(textOf(files, `policies/${deep.slice(2)}/b.yaml`), 'workspace: b');
      });

      it('does not follow links that multiply without end', async () => {
        // Each of nine folders links ten times to the next: a thousand million ways down.
        for (let level = 0; level < 9; level += 1) {
          await mkdir(join(folder.root, `levels/${level}`), { recursive: true });
          const links = Array.from({ length: 10 }, (_, link) => join(folder.root, `levels/${level}/l${link}`));
          await Promise.all(links.map((link) => symlink(`../${level + 1}`, link)));
        }
        await folder.write('levels/9/a.yaml', 'workspace: a');
        await symlink('../levels/0', join(folder.root, 'policies/levels'));
        const files = await directory.read('deciding');
        const found = pathsOf(files).filter((path) => path.endsWith('a.yaml'));
        assert.deepEqual(found, [`policies/levels/${Array.from({ length: 9 }, () => 'l0').join('/')}/a.yaml`]);
        assert.strictEqual(faultOf(files, 'policies/levels/l3'), 'is the same folder as `policies/levels/l0`');
      });

      it('stops listing when there are more files than any fleet has', async () => {
        for (let file = 0; file < 30; file += 1) await folder.write(`policies/w${file}.yaml`, '');
        const tree = await listPolicyTree(new DiskGround({ real: folder.root, given: folder.root }), () => true, 20);
        assert.deepEqual([...tree.faults], [['policies', 'holds more than 20 files']]);
        assert.strictEqual(tree.files.length, 20);
      });

      it('refuses a root that is missing or a file', async () => {
        const missing = await rejection(new PolicyDirectory(join(folder.root, 'nowhere')).read('all'));
        assert.instanceOf(missing, RolebookError);
        assert.include(missing as object, { code: 'configuration' });
        assert.match(missing.message, /^the policy directory `.*nowhere` does not exist$/);
        const file = await rejection(new PolicyDirectory(join(folder.root, 'roles.yaml')).read('all'));
        assert.instanceOf(file, RolebookError);
        assert.include(file as object, { code: 'configuration' });
      });
    });
  });

// Nothing is unreadable for root, so another user reads, in another process.
async function unreadableAsNobody(folder: PolicyFolder, context: Mocha.Context): Promise<void> {
  await folder.write('policies/closed/a.yaml', 'workspace: a');
  await chmod(folder.root, 0o755);
  await chmod(join(folder.root, 'policies/support.yaml'), 0o600);
  await chmod(join(folder.root, 'policies/closed'), 0o700);
  context.timeout(10_000);
  const files = JSON.parse(readAsNobody(folder.root)) as SourceFile[];
  assert.strictEqual(faultOf(files, 'policies/support.yaml'), 'cannot be read: permission denied');
  assert.strictEqual(faultOf(files, 'policies/closed'), 'cannot be read: permission denied');
  assert.include(pathsOf(files), 'roles.yaml');
}

function readAsNobody(root: string): string {
  const module = builtModule('store/folder/policy-directory');
  const script = `const { PolicyDirectory } = await import('${module}');
    process.setgid(65534); process.setuid(65534);
    process.stdout.write(JSON.stringify(await new PolicyDirectory('${root}').read('deciding')));`;
  const args = ['--input-type=module', '--eval', script];
  return execFileSync(process.execPath, args, { encoding: 'utf8', cwd: new URL('../../..', import.meta.url) });
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error as Error,
  );
}
