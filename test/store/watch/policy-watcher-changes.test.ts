import { appendFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WatchOptions } from '../../../src/store/watch/policy-watcher.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { followDirectory, mountConfigMap, type Follower } from '../../support/follow-directory.ts';

// What is seen here, an event told: polling is off.
describe('following a policy directory sees', () => {
  let folder: PolicyFolder;
  let follower: Follower | undefined;

  beforeEach(async () => {
    folder = await createPolicyFolder({
      'box/repo/model.conf': 'model 1',
      'box/repo/roles.yaml': 'roles 1',
      'box/repo/policies/support.yaml': 'support 1',
      'box/repo/policies/acme/sales.yaml': 'sales 1',
    });
  });

  afterEach(async () => {
    await follower?.watcher.close();
    follower = undefined;
    await folder.dispose();
  });

  const at = (path: string): string => join(folder.root, path);

  const followRoot = async (path = 'box/repo', options: WatchOptions = {}): Promise<Follower> => {
    follower = await followDirectory(at(path), options);
    return follower;
  };

  const renameOver = async (path: string, text: string): Promise<void> => {
    await folder.write(`${path}~`, text);
    await rename(at(`${path}~`), at(path));
  };

  describe('edits', () => {
    it('a file that is written in place', async () => {
      const { sees } = await followRoot();
      for (const path of ['roles.yaml', 'model.conf', 'policies/support.yaml', 'policies/acme/sales.yaml']) {
        await folder.write(`box/repo/${path}`, `written ${path}`);
        await sees(path, `written ${path}`);
      }
    });

    it('a file that an editor renames over the old one, again and again', async () => {
      const { sees } = await followRoot();
      for (let round = 2; round < 6; round += 1) {
        await renameOver('box/repo/roles.yaml', `roles ${round}`);
        await sees('roles.yaml', `roles ${round}`);
        await renameOver('box/repo/policies/acme/sales.yaml', `sales ${round}`);
        await sees('policies/acme/sales.yaml', `sales ${round}`);
      }
    });

    it('what vim does: the old file moved aside, a new one written, the old one deleted', async () => {
      const { sees } = await followRoot();
      await rename(at('box/repo/roles.yaml'), at('box/repo/roles.yaml~'));
      await folder.write('box/repo/roles.yaml', 'roles 2');
      await rm(at('box/repo/roles.yaml~'));
      await sees('roles.yaml', 'roles 2');
    });

    it('a file that is only appended to, and one whose modification time is set back', async () => {
      const { sees } = await followRoot();
      await appendFile(at('box/repo/roles.yaml'), ' and more');
      await sees('roles.yaml', 'roles 1 and more');
      await writeFile(at('box/repo/roles.yaml'), 'ROLES 1 AND MORE');
      await utimes(at('box/repo/roles.yaml'), 0, 0);
      await sees('roles.yaml', 'ROLES 1 AND MORE');
    });

    it('files deleted and created again', async () => {
      const { sees } = await followRoot();
      for (const path of ['roles.yaml', 'policies/support.yaml']) {
        await folder.remove(`box/repo/${path}`);
        await sees(path, undefined);
        await folder.write(`box/repo/${path}`, 'back');
        await sees(path, 'back');
      }
    });

    it('new folders, files written into them at once, and edits there later', async () => {
      const { sees } = await followRoot();
      await folder.write('box/repo/policies/new/deep/deeper/a.yaml', 'a 1');
      await sees('policies/new/deep/deeper/a.yaml', 'a 1');
      await folder.write('box/repo/policies/new/deep/deeper/a.yaml', 'a 2');
      await sees('policies/new/deep/deeper/a.yaml', 'a 2');
      await folder.write('box/repo/policies/new/b.yaml', 'b 1');
      await sees('policies/new/b.yaml', 'b 1');
    });

    it('folders that are renamed, deleted, and made again under the same name', async () => {
      const { sees } = await followRoot();
      await rename(at('box/repo/policies/acme'), at('box/repo/policies/bell'));
      await sees('policies/bell/sales.yaml', 'sales 1');
      await folder.remove('box/repo/policies/bell');
      await sees('policies/bell/sales.yaml', undefined);
      for (let round = 2; round < 6; round += 1) {
        await folder.remove('box/repo/policies/bell');
        await folder.write('box/repo/policies/bell/sales.yaml', `sales ${round}`);
        await sees('policies/bell/sales.yaml', `sales ${round}`);
        await folder.write('box/repo/policies/bell/sales.yaml', `sales ${round} edited`);
        await sees('policies/bell/sales.yaml', `sales ${round} edited`);
      }
    });
  });

  describe('whole folders exchanged', () => {
    it('a root that is moved aside for another, and edits in the new one', async () => {
      const { sees } = await followRoot();
      for (let round = 2; round < 5; round += 1) {
        await folder.write('box/next/roles.yaml', `roles ${round}`);
        await folder.write('box/next/policies/acme/sales.yaml', `sales ${round}`);
        await rename(at('box/repo'), at(`box/old-${round}`));
        await rename(at('box/next'), at('box/repo'));
        await sees('roles.yaml', `roles ${round}`);
        await folder.write('box/repo/policies/acme/sales.yaml', `sales ${round} edited`);
        await sees('policies/acme/sales.yaml', `sales ${round} edited`);
      }
    });

    it('a root that is deleted, its parent too, and comes back', async () => {
      const { sees } = await followRoot();
      await folder.remove('box');
      await sees('roles.yaml', undefined);
      await folder.write('box/repo/roles.yaml', 'roles 2');
      await sees('roles.yaml', 'roles 2');
      await folder.write('box/repo/policies/support.yaml', 'support 2');
      await sees('policies/support.yaml', 'support 2');
    });

    it('a policies folder that is moved aside for another, and edits in the new one', async () => {
      const { sees } = await followRoot();
      for (let round = 2; round < 5; round += 1) {
        await folder.write('box/repo/next/acme/sales.yaml', `sales ${round}`);
        await rename(at('box/repo/policies'), at(`box/repo/old-${round}`));
        await rename(at('box/repo/next'), at('box/repo/policies'));
        await sees('policies/acme/sales.yaml', `sales ${round}`);
        await folder.write('box/repo/policies/acme/sales.yaml', `sales ${round} edited`);
        await sees('policies/acme/sales.yaml', `sales ${round} edited`);
      }
    });

    it('a policies folder vanish and come back', async () => {
      const { sees } = await followRoot();
      await folder.remove('box/repo/policies');
      await sees('policies/support.yaml', undefined);
      await folder.write('box/repo/policies/support.yaml', 'support 2');
      await sees('policies/support.yaml', 'support 2');
    });
  });

  describe('symbolic links', () => {
    it('every turn of a ConfigMap that is the policy directory', async () => {
      await mountConfigMap(folder, 'mount', 1, version(1));
      const names = ['roles.yaml', 'policies'];
      for (const name of names) await symlink(`..data/${name}`, at(`mount/${name}`));
      const { sees } = await followRoot('mount');
      for (let number = 2; number < 6; number += 1) {
        await mountConfigMap(folder, 'mount', number, version(number));
        await sees('roles.yaml', `roles ${number}`);
        await sees('policies/sales.yaml', `sales ${number}`);
      }
    });

    it('every turn of a ConfigMap mounted at policies, also in a link to it', async () => {
      await folder.write('mount/roles.yaml', 'roles');
      await mountConfigMap(folder, 'mount/policies', 1, version(1));
      await symlink('..data/roles.yaml', at('mount/policies/support.yaml'));
      await symlink('..data/policies', at('mount/policies/acme'));
      const { sees } = await followRoot('mount');
      for (let number = 2; number < 6; number += 1) {
        await mountConfigMap(folder, 'mount/policies', number, version(number));
        await sees('policies/support.yaml', `roles ${number}`);
        await sees('policies/acme/sales.yaml', `sales ${number}`);
      }
    });

    it('git-sync turn its link to another worktree, with the policy below it', async () => {
      const addWorktree = (name: string): Promise<void> => folder.write(`worktrees/${name}/policy/roles.yaml`, name);
      await addWorktree('1');
      await symlink('worktrees/1', at('current'));
      const { sees } = await followRoot('current/policy');
      for (const name of ['2', '3', '4']) {
        await addWorktree(name);
        await symlink(`worktrees/${name}`, at('current.tmp'));
        await rename(at('current.tmp'), at('current'));
        await sees('roles.yaml', name);
        await folder.remove(`worktrees/${Number(name) - 1}`);
        await folder.write(`worktrees/${name}/policy/roles.yaml`, `${name} edited`);
        await sees('roles.yaml', `${name} edited`);
      }
    });

    it('edits of a file behind a link, in place and renamed over', async () => {
      await folder.write('box/repo/shared/roles.yaml', 'roles 1');
      await rm(at('box/repo/roles.yaml'));
      await symlink('shared/roles.yaml', at('box/repo/roles.yaml'));
      await folder.write('box/repo/shared/team/a.yaml', 'a 1');
      await symlink('../shared/team', at('box/repo/policies/team'));
      const { sees } = await followRoot();
      await folder.write('box/repo/shared/roles.yaml', 'roles 2');
      await sees('roles.yaml', 'roles 2');
      await renameOver('box/repo/shared/roles.yaml', 'roles 3');
      await sees('roles.yaml', 'roles 3');
      await renameOver('box/repo/shared/team/a.yaml', 'a 2');
      await sees('policies/team/a.yaml', 'a 2');
    });
  });
});

function version(number: number): Record<string, string> {
  return { 'roles.yaml': `roles ${number}`, 'policies/sales.yaml': `sales ${number}` };
}
