import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, open, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { PolicyWatcher, type WatchOptions } from '../../../src/store/watch/policy-watcher.ts';
import { builtModule } from '../../support/built-module.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { followDirectory, type Follower } from '../../support/follow-directory.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('following a policy directory', () => {
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

  describe('git', () => {
    it('sees a checkout of another branch whole, folders that come and go with it too', async () => {
      const git = gitIn(at('box/repo'));
      git('init', '--quiet', '--initial-branch=main');
      git('add', '.');
      git('commit', '--quiet', '--message', 'one');
      git('checkout', '--quiet', '-b', 'other');
      git('mv', 'policies/acme', 'policies/bell');
      await folder.write('box/repo/roles.yaml', 'roles of other');
      git('commit', '--quiet', '--all', '--message', 'two');
      const { sees } = await followRoot();
      for (let round = 0; round < 3; round += 1) {
        git('checkout', '--quiet', 'main');
        await sees('roles.yaml', 'roles 1');
        await sees('policies/acme/sales.yaml', 'sales 1');
        await sees('policies/bell/sales.yaml', undefined);
        git('checkout', '--quiet', 'other');
        await sees('roles.yaml', 'roles of other');
        await sees('policies/bell/sales.yaml', 'sales 1');
      }
    });

    const makeRepository = async (path: string): Promise<void> => {
      for (const name of ['objects', 'refs']) await mkdir(at(`${path}/${name}`), { recursive: true });
      await folder.write(`${path}/HEAD`, 'ref: refs/heads/main\n');
    };

    it('waits while git holds its lock, in a worktree too', async () => {
      for (const path of ['box/.git', 'worktree-data']) {
        await makeRepository(path);
        await folder.write(`${path}/index.lock`, '');
        const { watcher, looks, sees } = await followRoot();
        await folder.write('box/repo/roles.yaml', `half of ${path}`);
        await pause(150);
        await folder.write('box/repo/model.conf', `whole of ${path}`);
        await folder.remove(`${path}/index.lock`);
        await sees('model.conf', `whole of ${path}`);
        const withHalf = looks.filter((look) => look.get('roles.yaml') === `half of ${path}`);
        assert.deepEqual(new Set(withHalf.map((look) => look.get('model.conf'))), new Set([`whole of ${path}`]));
        await watcher.close();
        await folder.remove('box/.git');
        await folder.write('box/.git', 'gitdir: ../worktree-data\n');
      }
    });

    it('does not wait for a lock that somebody left behind', async () => {
      await makeRepository('box/repo/.git');
      await folder.write('box/repo/.git/index.lock', '');
      await utimes(at('box/repo/.git/index.lock'), 0, 0);
      const { sees } = await followRoot();
      await folder.write('box/repo/roles.yaml', 'roles 2');
      await sees('roles.yaml', 'roles 2');
    });
  });

  describe('bursts', () => {
    it('makes one call of a hundred writes', async () => {
      const { looks, sees } = await followRoot();
      // In one turn: between two turns a busy machine can take longer than a burst waits for what comes next.
      for (let file = 0; file < 100; file += 1) writeFileSync(at(`box/repo/policies/w${file}.yaml`), 'w');
      await sees('policies/w99.yaml', 'w');
      await pause(60);
      assert.strictEqual(looks.length, 2);
    });

    it('tells an event while whoever was told of a poll is still busy', async () => {
      const told: string[] = [];
      let release = (): void => undefined;
      const busy = new Promise<void>((resolve) => (release = resolve));
      const onChange = (trigger: string): Promise<void> | undefined => {
        told.push(trigger);
        return trigger === 'poll' ? busy : undefined;
      };
      const watcher = await PolicyWatcher.start(at('box/repo'), onChange, { pollMs: 20 });
      await waitFor('a poll', () => told.includes('poll'));
      await folder.write('box/repo/roles.yaml', 'roles 2');
      await waitFor('an event', () => told.includes('files'));
      assert.lengthOf(
        told.filter((trigger) => trigger === 'poll'),
        1,
      );
      release();
      // The next comes after eight times as long as this one took, which was as long as the event took to come.
      await waitFor('another poll', () => told.filter((trigger) => trigger === 'poll').length > 1, 15_000);
      await watcher.close();
    });

    it('does not wait for the end of a burst that does not end', async () => {
      const { looks } = await followRoot();
      const startedMs = performance.now();
      while (looks.length === 1 && performance.now() - startedMs < 3000) {
        await folder.write('box/repo/roles.yaml', `${performance.now()}`);
        await pause(5);
      }
      assert.isAbove(looks.length, 1);
    });

    it('waits for the rest of a file that is written in pieces', async () => {
      const { looks, sees } = await followRoot('box/repo', { debounceMs: 400, longestDelayMs: 10_000 });
      const file = await open(at('box/repo/roles.yaml'), 'w');
      for (const piece of ['roles: ', 'member: ', 'grants']) {
        await file.write(piece);
        await pause(5);
      }
      await file.close();
      await sees('roles.yaml', 'roles: member: grants');
      const seen = looks.map((look) => look.get('roles.yaml'));
      assert.deepEqual(
        seen.filter((text) => text !== 'roles 1' && text !== 'roles: member: grants'),
        [],
      );
    });

    it('keeps quiet about hidden files and the rest of the repository', async () => {
      const { looks } = await followRoot();
      for (const path of ['src/a.ts', 'node_modules/x/policies/a.yaml', '.git/HEAD', 'policies/.support.yaml.swp']) {
        await folder.write(`box/repo/${path}`, 'x');
      }
      await folder.write('box/other.yaml', 'x');
      await pause(80);
      assert.strictEqual(looks.length, 1);
    });
  });

  describe('when events fail', () => {
    it('notices by polling alone', async () => {
      const { sees } = await followRoot('box/repo', { pollMs: 40, debounceMs: 60_000, longestDelayMs: 60_000 });
      await folder.write('box/repo/roles.yaml', 'roles 2');
      await sees('roles.yaml', 'roles 2');
      await rename(at('box/repo'), at('box/old'));
      await sees('roles.yaml', undefined);
      await rename(at('box/old'), at('box/repo'));
      await sees('roles.yaml', 'roles 2');
    });

    it('says once that nothing can be watched, and polls on', function () {
      const limit = '/proc/sys/user/max_inotify_instances';
      if (process.platform !== 'linux' || !canUnshare()) this.skip();
      this.timeout(15_000);
      const script = `const { PolicyWatcher } = await import('${builtModule('store/watch/policy-watcher')}');
        const { writeFileSync } = await import('node:fs');
        const errors = [];
        let polls = 0;
        const onChange = (trigger) => { if (trigger === 'poll') polls += 1; };
        const onError = (error) => errors.push({ message: error.message, help: error.help });
        const watcher = await PolicyWatcher.start('${at('box/repo')}', onChange, { pollMs: 20, onError });
        while (polls < 3) await new Promise((resolve) => setTimeout(resolve, 10));
        await watcher.close();
        process.stdout.write(JSON.stringify(errors));`;
      const command = `echo 0 > ${limit} && exec "$0" --input-type=module --eval "$1"`;
      const args = ['--user', '--map-root-user', 'sh', '-c', command, process.execPath, script];
      const output = execFileSync('unshare', args, { encoding: 'utf8', cwd: new URL('../../..', import.meta.url) });
      const errors = JSON.parse(output) as { message: string; help: string }[];
      assert.lengthOf(errors, 1);
      assert.match(String(errors[0]?.message), /^changes in `.*` are noticed by polling only: .*EMFILE/);
      assert.include(errors[0]?.help as string, 'fs.inotify.max_user_instances');
    });

    it('survives a listener that throws, and says so once', async () => {
      const errors: string[] = [];
      let calls = 0;
      const fail = (): never => {
        calls += 1;
        throw new Error('boom');
      };
      const onError = (error: Error): unknown => errors.push(error.message);
      const watcher = await PolicyWatcher.start(at('box/repo'), fail, { pollMs: 0, onError });
      for (const call of [1, 2]) {
        await folder.write('box/repo/roles.yaml', `roles ${call + 1}`);
        await waitFor(`call ${call}`, () => calls === call);
      }
      await watcher.close();
      assert.deepEqual(errors, ['following the policy files failed: boom']);
    });

    it('calls no more once it is closed', async () => {
      const { watcher, looks } = await followRoot('box/repo', { pollMs: 10 });
      await watcher.close();
      const before = looks.length;
      await folder.write('box/repo/roles.yaml', 'roles 2');
      await pause(60);
      assert.strictEqual(looks.length, before);
    });
  });
});

function gitIn(root: string): (...args: string[]) => void {
  const identity = ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.example'];
  return (...args) => void execFileSync('git', ['-C', root, ...identity, ...args], { stdio: 'pipe' });
}

function canUnshare(): boolean {
  const command = 'echo 0 > /proc/sys/user/max_inotify_instances';
  try {
    execFileSync('unshare', ['--user', '--map-root-user', 'sh', '-c', command], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
