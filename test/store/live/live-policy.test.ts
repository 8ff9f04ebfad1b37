import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import type { ReloadOutcome } from '../../../src/store/live/policy-source.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { PolicyWatcher } from '../../../src/store/watch/policy-watcher.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

const nowMs = Date.UTC(2026, 10, 20);
const supportText = smallPolicy()['policies/support.yaml'] ?? '';
const rolesText = smallPolicy()['roles.yaml'] ?? '';
const withDee = `${supportText}  dee@acme.example: workspace-admin\n`;

describe('the live policy', () => {
  let folder: PolicyFolder;
  let live: LivePolicy;
  let outcomes: ReloadOutcome[];

  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    live = new LivePolicy(new PolicyDirectory(folder.root), { now: () => nowMs });
    outcomes = [];
    live.onReload((outcome) => outcomes.push(outcome));
  });

  afterEach(() => folder.dispose());

  const may = (subjectId: string, permission: string): boolean => {
    const request = { subjectType: 'user', subjectId, workspace: 'support', permission, scopes: undefined };
    return live.current?.engine.decide(request, nowMs) === 'granted';
  };

  const at = (path: string): string => join(folder.root, path);

  describe('loads', () => {
    it('the files, and says what it found', async () => {
      assert.strictEqual(live.current, undefined);
      const outcome = await live.reload('start');
      assert.include(outcome, { outcome: 'loaded', trigger: 'start', error: undefined });
      assert.deepEqual(outcome.problems, []);
      assert.deepEqual(outcome.at, new Date(nowMs));
      assert.match(String(outcome.revision), /^[0-9a-f]{12}$/);
      assert.strictEqual(outcome.revision, live.current?.revision);
      assert.deepEqual(live.current?.loadedAt, new Date(nowMs));
      const counts = { organizations: 1, workspaces: 1, permissions: 5, builtInRoles: 3, customRoles: 2, members: 5 };
      assert.include(live.current?.counts, counts);
      assert.strictEqual(live.lastReload, outcome);
      assert.strictEqual(may('ana@acme.example', 'conversation:assign'), true);
      assert.strictEqual(may('bo@acme.example', 'conversation:assign'), false);
    });

    it('a change whole, under another revision', async () => {
      const before = await live.reload('start');
      await folder.write('policies/support.yaml', withDee);
      assert.strictEqual(may('dee@acme.example', 'tag:create'), false);
      const after = await live.reload('files');
      assert.strictEqual(after.outcome, 'loaded');
      assert.notStrictEqual(after.revision, before.revision);
      assert.strictEqual(may('dee@acme.example', 'tag:create'), true);
    });

    it('the same revision from the same files, wherever they lie', async () => {
      const other = await createPolicyFolder(smallPolicy());
      const elsewhere = new LivePolicy(new PolicyDirectory(other.root));
      const revisions = [await live.reload('start'), await elsewhere.reload('start')].map(({ revision }) => revision);
      await other.dispose();
      assert.strictEqual(revisions[0], revisions[1]);
    });

    it('a policy with warnings, and tells them', async () => {
      const text = `${supportText}  dee@acme.example: { roles: [{ role: member, until: 2020-01-01 }] }\n`;
      await folder.write('policies/support.yaml', text);
      const outcome = await live.reload('start');
      assert.strictEqual(outcome.outcome, 'loaded');
      const codes = outcome.problems.map(({ code }) => code);
      assert.deepEqual(codes, ['expired-membership']);
    });

    it('nothing when nothing changed: what decides is the same object', async () => {
      await live.reload('start');
      const { engine } = live.current ?? {};
      assert.include(await live.reload('request'), { outcome: 'unchanged', error: undefined });
      await folder.write('policies/support.yaml', supportText);
      assert.strictEqual((await live.reload('signal')).outcome, 'unchanged', 'written again as it was');
      assert.strictEqual(live.current?.engine, engine);
    });
  });

  describe('keeps the last good policy', () => {
    const breakages: Record<string, (folder: PolicyFolder) => Promise<unknown>> = {
      'a file that is no YAML': ({ write }) => write('policies/support.yaml', 'workspace: [support'),
      'a file cut off in the middle': ({ write }) => write('policies/support.yaml', supportText.slice(0, 120)),
      'an empty workspace file': ({ write }) => write('policies/support.yaml', ''),
      'an empty roles.yaml': ({ write }) => write('roles.yaml', ''),
      'an unknown role': ({ write }) => write('policies/support.yaml', `${supportText}  dee@acme.example: admn\n`),
      'a file in Latin-1': ({ root }) =>
        writeFile(join(root, 'policies/support.yaml'), supportText.replace('Support\n', 'Büro\n'), 'latin1'),
      'a vanished roles.yaml': ({ remove }) => remove('roles.yaml'),
      'a vanished policies folder': ({ remove }) => remove('policies'),
      'a vanished root': ({ remove }) => remove('.'),
      'a policies folder that lost all its files': async ({ remove }) => {
        await remove('policies/support.yaml');
        await remove('policies/organization.yaml');
      },
      'a link that leads nowhere': ({ root }) => symlink('gone', join(root, 'policies/lost.yaml')),
      'a link that leads out': ({ root }) => symlink('/etc/hostname', join(root, 'policies/lost.yaml')),
      'a link to what is hidden': async (broken) => {
        await broken.write('.env', 'secret');
        await symlink('../.env', join(broken.root, 'policies/lost.yaml'));
      },
      'a folder in place of a file': async ({ root, remove }) => {
        await remove('roles.yaml');
        await mkdir(join(root, 'roles.yaml'));
      },
      'another Casbin model': ({ write }) => write('model.conf', '[matchers]\nm = true\n'),
    };

    for (const [what, breakIt] of Object.entries(breakages)) {
      it(`over ${what}, says so, and heals by itself`, async () => {
        await live.reload('start');
        const good = live.current;
        await breakIt(folder);
        const failed = await live.reload('files');
        assert.include(failed, { outcome: 'failed', revision: good?.revision });
        assert.strictEqual(failed.problems.length > 0 || failed.error !== undefined, true, 'it says why');
        assert.strictEqual(live.current?.engine, good?.engine);
        assert.strictEqual(live.isStale, true);
        assert.strictEqual(may('ana@acme.example', 'conversation:assign'), true);
        assert.strictEqual(may('bo@acme.example', 'conversation:assign'), false);
        await restore(folder);
        const healed = await live.reload('files');
        assert.include(healed, { outcome: 'unchanged', revision: good?.revision, error: undefined });
        assert.strictEqual(live.isStale, false);
      });
    }

    it('over one bad file among good changes: none of them goes live alone', async () => {
      await live.reload('start');
      await folder.write('policies/sales.yaml', 'workspace: sales\nmembers: { dee@acme.example: membr }\n');
      await folder.write('policies/support.yaml', withDee);
      const { outcome, problems } = await live.reload('files');
      assert.strictEqual(outcome, 'failed');
      const told = problems.map(({ file, code }) => `${file} ${code}`);
      assert.deepEqual(told, ['policies/sales.yaml unknown-role']);
      assert.strictEqual(may('dee@acme.example', 'tag:create'), false);
      await folder.write('policies/sales.yaml', 'workspace: sales\nmembers: { dee@acme.example: member }\n');
      assert.strictEqual((await live.reload('files')).outcome, 'loaded');
      assert.strictEqual(may('dee@acme.example', 'tag:create'), true);
    });

    it('and has none when the first load fails: not stale, simply not there', async () => {
      await folder.remove('roles.yaml');
      assert.include(await live.reload('start'), { outcome: 'failed', revision: undefined });
      assert.strictEqual(live.current, undefined);
      assert.strictEqual(live.isStale, false);
    });
  });

  describe('tells', () => {
    it('a lasting failure once, however often it is polled', async () => {
      await live.reload('start');
      await folder.write('roles.yaml', 'roles: [');
      const failed = await live.reload('poll');
      assert.strictEqual(failed.outcome, 'failed');
      assert.strictEqual(await live.reload('poll'), failed);
      assert.strictEqual(await live.reload('files'), failed);
      await folder.remove('.');
      await live.reload('poll');
      await live.reload('poll');
      assert.deepEqual(
        outcomes.map(({ outcome, trigger }) => `${outcome} ${trigger}`),
        ['loaded start', 'failed poll', 'failed poll'],
      );
    });

    it('nothing of a poll that finds nothing new', async () => {
      const loaded = await live.reload('start');
      assert.strictEqual(await live.reload('poll'), loaded);
      assert.deepEqual(outcomes, [loaded]);
    });

    it('everything to who asks by name', async () => {
      await live.reload('start');
      assert.include(await live.reload('request'), { outcome: 'unchanged', trigger: 'request' });
      assert.include(await live.reload('signal'), { outcome: 'unchanged', trigger: 'signal' });
      await folder.write('roles.yaml', 'roles: [');
      assert.include(await live.reload('request'), { outcome: 'failed', trigger: 'request' });
      assert.include(await live.reload('request'), { outcome: 'failed', trigger: 'request' });
      assert.lengthOf(outcomes, 5);
    });

    it('listeners until they have heard enough, whatever one of them throws', async () => {
      const heard: string[] = [];
      live.onReload(() => {
        throw new Error('boom');
      });
      const stop = live.onReload(({ outcome }) => heard.push(outcome));
      const warned = new Promise((resolve) => process.once('warning', resolve));
      await live.reload('start');
      stop();
      await live.reload('request');
      assert.deepEqual(heard, ['loaded']);
      assert.include(String(await warned), 'boom');
    });
  });

  describe('asked many times at once', () => {
    it('gives a call made during a reload one that began after the call', async () => {
      await live.reload('start');
      const running = live.reload('files');
      await Promise.resolve();
      await folder.write('policies/support.yaml', withDee);
      await live.reload('files');
      assert.strictEqual(may('dee@acme.example', 'tag:create'), true);
      await running;
    });

    it('shares one waiting reload among all who wait, under the most explicit name', async () => {
      const first = live.reload('start');
      await Promise.resolve();
      const waiting = [live.reload('poll'), live.reload('request'), live.reload('files')];
      assert.strictEqual(waiting[1], waiting[0]);
      assert.strictEqual(waiting[2], waiting[0]);
      assert.strictEqual((await first).outcome, 'loaded');
      assert.include((await waiting[0]) as object, { outcome: 'unchanged', trigger: 'request' });
      assert.lengthOf(outcomes, 2);
    });

    it('runs one at a time, in order, and the last files win', async () => {
      await live.reload('start');
      const reloads: Promise<ReloadOutcome>[] = [];
      for (let round = 0; round < 40; round += 1) {
        await folder.write('policies/support.yaml', round % 2 ? withDee : supportText);
        reloads.push(live.reload(round % 3 ? 'files' : 'request'));
        if (round % 5 === 0) await pause(3);
      }
      await Promise.all(reloads);
      assert.strictEqual(may('dee@acme.example', 'tag:create'), true);
      assert.strictEqual(live.lastReload?.revision, live.current?.revision);
    });
  });

  it('never shows a request an empty or a mixed policy while files change', async function () {
    this.timeout(10_000);
    await live.reload('start');
    const watcher = await PolicyWatcher.start(folder.root, (trigger, changed) => live.reload(trigger, changed), {
      pollMs: 0,
    });
    // In one version ana leads and dee is not there, in the other it is dee; never both, never none.
    const other = supportText.replace('ana@acme.example: team-lead', 'dee@acme.example: team-lead');
    const leads = new Set<string>();
    const writer = { isDone: false };
    const writing = (async () => {
      // A machine that is busy elsewhere may skip all twenty of one kind.
      for (let round = 0; round < 20 || (leads.size < 2 && round < 200); round += 1) {
        const text = round % 4 === 3 ? 'workspace: [' : round % 2 ? other : supportText;
        await folder.write('next.yaml', text);
        await rename(at('next.yaml'), at('policies/support.yaml'));
        await pause(35);
      }
      writer.isDone = true;
    })();
    let requests = 0;
    while (!writer.isDone) {
      const who = ['ana', 'dee'].filter((name) => may(`${name}@acme.example`, 'conversation:assign'));
      leads.add(who.join('+'));
      assert.strictEqual(may('wim@acme.example', 'analytics:view'), true, 'who never changed');
      requests += 3;
      if (requests % 300 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await writing;
    await watcher.close();
    assert.deepEqual([...leads].sort(), ['ana', 'dee']);
  });

  it('follows edits, failures and their repair by itself', async () => {
    await live.reload('start');
    const watcher = await PolicyWatcher.start(folder.root, (trigger, changed) => live.reload(trigger, changed), {
      pollMs: 0,
    });
    await folder.write('policies/support.yaml', withDee);
    await waitFor('the edit', () => may('dee@acme.example', 'tag:create'));
    await folder.write('roles.yaml', `${rolesText}oops: 1\n`);
    await waitFor('the failure', () => live.isStale);
    assert.strictEqual(may('dee@acme.example', 'tag:create'), true);
    await folder.write('policies/support.yaml', supportText);
    await folder.write('roles.yaml', rolesText);
    await waitFor('the repair', () => !live.isStale && !may('dee@acme.example', 'tag:create'));
    await watcher.close();
  });
});

async function restore(folder: PolicyFolder): Promise<void> {
  await folder.remove('policies/lost.yaml');
  await folder.remove('roles.yaml');
  for (const [path, text] of Object.entries(smallPolicy())) await folder.write(path, text);
}
