import { readFile, rename, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import type { RolebookError } from '../../../src/policy/errors.ts';
import { isRacy } from '../../../src/store/folder/file-identity.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { mountConfigMap } from '../../support/follow-directory.ts';
import { describeFile, pathsOf, textOf } from '../../support/source-files.ts';
import { lawRuns } from '../../support/law-runs.ts';

describe('reading a policy directory again', () => {
  let folder: PolicyFolder;
  let directory: PolicyDirectory;

  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    directory = new PolicyDirectory(folder.root);
  });

  afterEach(() => folder.dispose());

  describe('again', () => {
    it('gives the very same objects while nothing changes', async () => {
      const first = await directory.read('deciding');
      assert.strictEqual(await directory.read('deciding'), first);
      await pause(120);
      assert.strictEqual(await directory.read('deciding'), first);
      assert.strictEqual(await directory.read('deciding'), first);
    });

    it('gives a new object for the file that changed, and only for it', async () => {
      const first = await directory.read('deciding');
      await folder.write('policies/support.yaml', 'workspace: other');
      const second = await directory.read('deciding');
      const changed = second.filter((file, index) => file !== first[index]);
      assert.deepEqual(pathsOf(changed), ['policies/support.yaml']);
      assert.strictEqual(textOf(second, 'policies/support.yaml'), 'workspace: other');
    });

    it('notices a change that leaves size and modification time as they were', async () => {
      const path = join(folder.root, 'policies/support.yaml');
      const { atime, mtime } = await stat(path);
      await directory.read('deciding');
      await pause(120);
      await directory.read('deciding');
      const before = await readFile(path, 'utf8');
      await writeFile(path, before.replace('ana@', 'eve@'));
      await utimes(path, atime, mtime);
      assert.include(textOf(await directory.read('deciding'), 'policies/support.yaml'), 'eve@');
    });

    it('notices every one of many quick writes of the same size', async () => {
      for (let round = 100; round < 200; round += 1) {
        await folder.write('policies/support.yaml', `workspace: w${round}`);
        assert.strictEqual(textOf(await directory.read('deciding'), 'policies/support.yaml'), `workspace: w${round}`);
      }
    });

    // Some file systems stamp times so coarsely that two writes in a row look alike from outside.
    it('does not trust the stamp of a file that was read right after it changed', () => {
      const identity = { dev: 1n, ino: 1n, size: 1n, mtimeNs: 0n, ctimeNs: 5_000_000_000n };
      assert.deepEqual(
        [4_000, 5_000, 5_099].map((readAtMs) => isRacy(identity, readAtMs)),
        [true, true, true],
      );
      assert.deepEqual(
        [5_100, 9_000].map((readAtMs) => isRacy(identity, readAtMs)),
        [false, false],
      );
    });

    it('keeps the object of a file that was only touched', async () => {
      const first = await directory.read('deciding');
      await utimes(join(folder.root, 'roles.yaml'), new Date(), new Date());
      assert.strictEqual(await directory.read('deciding'), first);
    });

    it('notices files that come, go and change places', async () => {
      await directory.read('deciding');
      await folder.write('policies/sales.yaml', 'workspace: sales');
      await folder.remove('policies/organization.yaml');
      const swap = join(folder.root, 'policies/swap');
      await rename(join(folder.root, 'policies/support.yaml'), swap);
      await rename(join(folder.root, 'policies/sales.yaml'), join(folder.root, 'policies/support.yaml'));
      await rename(swap, join(folder.root, 'policies/sales.yaml'));
      const files = await directory.read('deciding');
      assert.strictEqual(textOf(files, 'policies/support.yaml'), 'workspace: sales');
      assert.include(textOf(files, 'policies/sales.yaml'), 'workspace: support');
      assert.notInclude(pathsOf(files), 'policies/organization.yaml');
    });

    it('tries a file again that could not be read', async () => {
      const place = join(folder.root, 'policies/lost.yaml');
      await symlink('found', place);
      const first = await directory.read('deciding');
      assert.strictEqual(await directory.read('deciding'), first, 'the same fault');
      await folder.write('policies/found', 'workspace: found');
      assert.strictEqual(textOf(await directory.read('deciding'), 'policies/lost.yaml'), 'workspace: found');
      await unlink(place);
      assert.notInclude(pathsOf(await directory.read('deciding')), 'policies/lost.yaml');
    });
  });

  describe('while somebody writes', () => {
    it('never mixes two states of a ConfigMap', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `w${index}.yaml`);
      const mount = (version: number): Promise<void> => {
        const files = Object.fromEntries(names.map((name) => [name, `version: ${version}`]));
        return mountConfigMap(folder, 'policies', version, files);
      };
      await rm(join(folder.root, 'policies'), { recursive: true });
      await mount(0);
      for (const name of names) await symlink(`..data/${name}`, join(folder.root, 'policies', name));
      const writer = { isDone: false };
      const last = Math.max(10, lawRuns(30));
      const swapping = (async () => {
        for (let version = 1; version <= last; version += 1) {
          await mount(version);
          await pause(version % 3 === 0 ? 30 : 0);
        }
        writer.isDone = true;
      })();
      const seen = new Set<string>();
      while (!writer.isDone) {
        const files = await directory.read('deciding').catch(() => []);
        const below = files.filter(({ path }) => path.startsWith('policies'));
        const texts = new Set(below.map((file) => describeFile(file)));
        assert.isAtMost([...texts].length, 1, 'one version at a time');
        for (const version of texts) seen.add(version);
      }
      await swapping;
      assert.strictEqual(textOf(await directory.read('deciding'), 'policies/w0.yaml'), `version: ${last}`);
      assert.isAbove(seen.size, 1, 'versions that were seen');
    });

    it('does not fail over files that come and go', async () => {
      const writer = { isDone: false };
      const writing = (async () => {
        for (let round = 0; round < 100; round += 1) {
          await folder.write('policies/flicker/a.yaml', `round: ${round}`);
          await folder.remove('policies/flicker');
        }
        writer.isDone = true;
      })();
      while (!writer.isDone) {
        const files = await directory.read('deciding').catch((error: unknown) => error as RolebookError);
        if (files instanceof Error) assert.include(files, { code: 'unavailable' });
        else assert.include(textOf(files, 'policies/support.yaml'), 'workspace: support');
      }
      await writing;
      assert.deepEqual(pathsOf(await directory.read('deciding')), Object.keys(smallPolicy()).sort());
    });
  });
});
