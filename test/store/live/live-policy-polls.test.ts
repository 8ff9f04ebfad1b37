import { assert } from 'chai';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';

const nowMs = Date.UTC(2026, 10, 20);
const supportText = smallPolicy()['policies/support.yaml'] ?? '';
const withDee = `${supportText}  dee@acme.example: workspace-admin\n`;

describe('a poll of the live policy', () => {
  let folder: PolicyFolder;
  let live: LivePolicy;

  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
    live = new LivePolicy(new PolicyDirectory(folder.root), { now: () => nowMs });
  });
  afterEach(() => folder.dispose());

  const may = (subjectId: string, permission: string): boolean => {
    const request = { subjectType: 'user', subjectId, workspace: 'support', permission, scopes: undefined };
    return live.current?.engine.decide(request, nowMs) === 'granted';
  };

  it('finds a change that only a poll could see', async () => {
    await live.reload('start');
    await folder.write('policies/support.yaml', withDee);
    assert.include(await live.reload('poll'), { outcome: 'loaded', trigger: 'poll' });
    await folder.write('policies/sales.yaml', 'workspace: sales\n');
    assert.include(await live.reload('poll'), { outcome: 'loaded', trigger: 'poll' });
    assert.strictEqual(may('dee@acme.example', 'tag:create'), true);
    assert.strictEqual(live.current?.counts.workspaces, 2);
  });

  it('that finds the same has no news, however new the policy was before it', async () => {
    let now = nowMs;
    live = new LivePolicy(new PolicyDirectory(folder.root), { now: () => now });
    await live.reload('start');
    now += 5000;
    await live.reload('poll');
    assert.deepInclude(live.looks, { lastReachedMs: now, lastNewsMs: nowMs });
  });

  it('agrees with events at the same time, in whatever order they look', async () => {
    await live.reload('start');
    for (let round = 0; round < 30; round += 1) {
      await folder.write('policies/support.yaml', round % 2 ? supportText : withDee);
      const polled = live.reload('poll');
      const reloaded = live.reload('files', new Set(['policies/support.yaml']));
      await (round % 3 ? polled : reloaded);
      assert.strictEqual(may('dee@acme.example', 'tag:create'), round % 2 === 0, `round ${round}`);
      await Promise.all([polled, reloaded]);
      assert.strictEqual(may('dee@acme.example', 'tag:create'), round % 2 === 0, `round ${round}`);
    }
  });
});
