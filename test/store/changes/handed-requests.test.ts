import { assert } from 'chai';
import type { EnforceRequest } from '../../../src/policy/decision.ts';
import { readMaxChanged } from '../../../src/review/budget/max-changed.ts';
import { handedAtOnce, requestsOf, takeRequests } from '../../../src/store/changes/handed-requests.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { ChangeBudget } from '../../../src/store/live/change-budget.ts';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { deskInThisProcess } from '../../support/desks-here.ts';
import { createPolicyFolder } from '../../support/policy-folder.ts';
import { ask, pushedFiles } from '../../support/pushed-policy.ts';

const question: EnforceRequest = { subjectType: 'user', subjectId: 'bo', workspace: 'support', permission: 'doc:edit' };
const manyOf = (count: number): EnforceRequest[] => Array.from({ length: count }, () => question);

describe('requests that are handed to the thread of changes', () => {
  it('come in parts, and are whole', () => {
    const changes = {};
    takeRequests(changes, { handover: 1, requests: manyOf(3) });
    takeRequests(changes, { handover: 2, requests: manyOf(5) });
    takeRequests(changes, { handover: 1, requests: manyOf(4) });
    assert.lengthOf(requestsOf(changes, { handover: 1, count: 7 }), 7);
    assert.lengthOf(requestsOf(changes, { handover: 2, count: 5 }), 5);
    assert.lengthOf(requestsOf(changes, { handover: 3, count: 0 }), 0);
  });

  it('are refused where a part is missing, or all, or they are of other changes', () => {
    const changes = {};
    takeRequests(changes, { handover: 1, requests: manyOf(3) });
    assert.throws(() => requestsOf({}, { handover: 1, count: 3 }), 'were lost; nothing was written');
    assert.throws(() => requestsOf(changes, { handover: 1, count: 4 }), 'were lost; nothing was written');
    assert.throws(() => requestsOf(changes, { handover: 1, count: 3 }), 'were lost; nothing was written');
  });

  for (const count of [handedAtOnce - 1, handedAtOnce, 2 * handedAtOnce + 1]) {
    it(`are all judged: ${count}`, async () => {
      const folder = await createPolicyFolder({ ...pushedFiles });
      const maxChanged = readMaxChanged('1%') ?? assert.fail();
      const budget = new ChangeBudget({ maxChanged, remembered: () => Promise.resolve(manyOf(count)) });
      const live = new LivePolicy(new PolicyDirectory(folder.root), { budget });
      await live.reload('start');
      const desk = deskInThisProcess(folder.root, live, undefined, budget);
      const takes = { edit: 'role.change', workspace: 'support', role: 'writer', disallow: ['doc:edit'] } as const;
      const answer = await desk.ask(ask([takes]));
      await desk.close();
      await folder.dispose();
      assert.strictEqual(answer.kind, 'refused');
      assert.include(JSON.stringify(answer), `${count} of ${count} remembered requests`);
    });
  }

  it('that cannot be had refuse a change that gives something, and nothing is written', async () => {
    const folder = await createPolicyFolder({ ...pushedFiles });
    const maxChanged = readMaxChanged('1%') ?? assert.fail();
    const budget = new ChangeBudget({ maxChanged, remembered: () => Promise.reject(new Error('worker 7 is silent')) });
    const live = new LivePolicy(new PolicyDirectory(folder.root), { budget });
    await live.reload('start');
    const first = live.current?.revision;
    const desk = deskInThisProcess(folder.root, live, undefined, budget);
    const gives = { edit: 'member.set', workspace: 'support', subject: 'cy', roles: [{ role: 'writer' }] } as const;
    const error: unknown = await desk.ask(ask([gives])).catch((cause: unknown) => cause);
    assert.include(String(error), 'nobody knows what the policy changes: worker 7 is silent');
    assert.strictEqual((await live.reload('request')).outcome, 'unchanged');
    assert.strictEqual(live.current?.revision, first);
    const takes = { edit: 'role.change', workspace: 'support', role: 'writer', disallow: ['doc:edit'] } as const;
    assert.strictEqual((await desk.ask(ask([takes]))).kind, 'written', 'who takes something away waits for nobody');
    assert.notStrictEqual(live.current?.revision, first);
    await desk.close();
    await folder.dispose();
  });
});
