import { readFile, rename, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { RolebookError } from '../../../src/policy/errors.ts';
import { isRacy } from '../../../src/store/folder/file-identity.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { mountConfigMap } from '../../support/follow-directory.ts';
import { describeFile, pathsOf, textOf } from '../../support/source-files.ts';

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
      expect(await directory.read('deciding')).to.equal(first);
      await pause(120);
      expect(await directory.read('deciding')).to.equal(first);
      expect(await directory.read('deciding')).to.equal(first);
    });

    it('gives a new object for the file that changed, and only for it', async () => {
      const first = await directory.read('deciding');
      await folder.write('policies/support.yaml', 'workspace: other');
      const second = await directory.read('deciding');
      const changed = second.filter((file, index) => file !== first[index]);
      expect(pathsOf(changed)).to.deep.equal(['policies/support.yaml']);
      expect(textOf(second, 'policies/support.yaml')).to.equal('workspace: other');
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
      expect(textOf(await directory.read('deciding'), 'policies/support.yaml')).to.include('eve@');
    });

    it('notices every one of many quick writes of the same size', async () => {
      for (let round = 100; round < 200; round += 1) {
        await folder.write('policies/support.yaml', `workspace: w${round}`);
        expect(textOf(await directory.read('deciding'), 'policies/support.yaml')).to.equal(`workspace: w${round}`);
      }
    });

    // Some file systems stamp times so coarsely that two writes in a row look alike from outside.
    it('does not trust the stamp of a file that was read right after it changed', () => {
      const identity = { dev: 1n, ino: 1n, size: 1n, mtimeNs: 0n, ctimeNs: 5_000_000_000n };
      expect([4_000, 5_000, 5_099].map((readAtMs) => isRacy(identity, readAtMs))).to.deep.equal([true, true, true]);
      expect([5_100, 9_000].map((readAtMs) => isRacy(identity, readAtMs))).to.deep.equal([false, false]);
    });

    it('keeps the object of a file that was only touched', async () => {
      const first = await directory.read('deciding');
      await utimes(join(folder.root, 'roles.yaml'), new Date(), new Date());
      expect(await directory.read('deciding')).to.equal(first);
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
      expect(textOf(files, 'policies/support.yaml')).to.equal('workspace: sales');
      expect(textOf(files, 'policies/sales.yaml')).to.include('workspace: support');
      expect(pathsOf(files)).not.to.include('policies/organization.yaml');
    });

    it('tries a file again that could not be read', async () => {
      const place = join(folder.root, 'policies/lost.yaml');
      await symlink('found', place);
      const first = await directory.read('deciding');
      expect(await directory.read('deciding'), 'the same fault').to.equal(first);
      await folder.write('policies/found', 'workspace: found');
      expect(textOf(await directory.read('deciding'), 'policies/lost.yaml')).to.equal('workspace: found');
      await unlink(place);
      expect(pathsOf(await directory.read('deciding'))).not.to.include('policies/lost.yaml');
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
      const swapping = (async () => {
        for (let version = 1; version <= 30; version += 1) {
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
        expect([...texts], 'one version at a time').to.have.length.at.most(1);
        for (const version of texts) seen.add(version);
      }
      await swapping;
      expect(textOf(await directory.read('deciding'), 'policies/w0.yaml')).to.equal('version: 30');
      expect(seen.size, 'versions that were seen').to.be.greaterThan(1);
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
        if (files instanceof Error) expect(files).to.include({ code: 'unavailable' });
        else expect(textOf(files, 'policies/support.yaml')).to.include('workspace: support');
      }
      await writing;
      expect(pathsOf(await directory.read('deciding'))).to.deep.equal(Object.keys(smallPolicy()).sort());
    });
  });
});
