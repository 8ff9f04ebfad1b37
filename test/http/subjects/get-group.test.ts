import { assert } from 'chai';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { readAs } from '../../support/reads-as.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';

interface Group {
  readonly members?: number;
  readonly holds: readonly {
    readonly workspace?: string;
    readonly organization: string;
    readonly roles: readonly { readonly role: string; readonly time: string; readonly line: number }[];
  }[];
}

describe('one group', () => {
  let running: RunningSidecar;
  before(async () => {
    running = await runSidecar({ files: groupPolicyFiles() });
  });
  after(disposeSidecars);

  const path = (group: string): string => `/v1/organizations/acme/groups/${group}`;
  const holds = ({ holds: all }: Group): unknown[] =>
    all.map(({ workspace, roles }) => [workspace, roles.map(({ role, time }) => `${role} ${time}`)]);

  it('says how many are in it, and what it was given at the company and in which workspaces', async () => {
    const desk = await readAs<Group>(running, path('desk'));
    assert.strictEqual(desk.members, 3);
    assert.deepEqual(holds(desk), [['support', ['agent holds']]]);
    assert.deepEqual(holds(await readAs<Group>(running, path('bosses'))), [[undefined, ['auditor holds']]]);
    assert.deepEqual(holds(await readAs<Group>(running, path('sellers'))), [
      ['support', ['seller holds', 'lead begins']],
    ]);
    assert.deepEqual(holds(await readAs<Group>(running, path('idle'))), []);
  });

  it('is told to who manages the company, to who is in it without the others, and to nobody else', async () => {
    assert.strictEqual((await readAs<Group>(running, path('desk'), 'olu')).members, 3);
    const own = await readAs<Group>(running, path('desk'), 'dan');
    assert.isUndefined(own.members);
    assert.deepEqual(holds(own), [['support', ['agent holds']]]);
    for (const [actor, group] of [
      ['dan', 'bosses'],
      ['bea', 'desk'],
    ] as const) {
      const reply = await running.call(path(group), { headers: { 'X-Rolebook-Actor': actor } });
      expectProblem(reply, 404, 'unknown-group');
    }
    const stranger = await running.call(path('desk'), { headers: { 'X-Rolebook-Actor': 'mia' } });
    expectProblem(stranger, 404, 'unknown-organization');
  });

  it('is not there where nobody has it', async () => {
    expectProblem(await running.call(path('nothing')), 404, 'unknown-group');
    expectProblem(await running.call('/v1/organizations/nothing/groups/desk'), 404, 'unknown-organization');
    expectProblem(await running.call(`${path('desk')}?x`), 400, 'unknown-parameter');
  });
});
