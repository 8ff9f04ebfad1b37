import { assert } from 'chai';
import { disposeDatabaseSidecars, type DatabaseSidecar } from '../../support/database-sidecar.ts';
import { Staleness } from '../../../src/store/live/staleness.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { readAs } from '../../support/reads-as.ts';
import { disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';
import type { TestDatabases } from '../../support/test-databases.ts';
import { openGivenCompany } from './given-company.ts';

type Told = Record<string, unknown>;

describe('who can do something, over HTTP', () => {
  let running: DatabaseSidecar;
  let databases: TestDatabases;
  before(async function () {
    this.timeout(60_000);
    ({ running, databases } = await openGivenCompany());
  });
  after(async () => {
    await disposeDatabaseSidecars();
    await databases.dispose();
  });

  interface Holders {
    readonly members: readonly {
      subject: { id: string };
      scopes?: object;
      everybody: boolean;
      roles: readonly Told[];
    }[];
    readonly next?: string;
  }
  const whoCan = (path: string, actor?: string): Promise<Holders> => readAs(running, `/v1/${path}`, actor);
  const names = ({ members }: Holders): string[] => members.map(({ subject }) => subject.id);

  it('lists who can, by what and until when, those of run time and of groups, too', async () => {
    const found = await whoCan('workspaces/support/permissions/ticket:close/members');
    assert.deepEqual(names(found), ['bot', 'ada', 'bea', 'cat', 'dan', 'dot', 'kim', 'mia', 'olu', 'pia', 'sue']);
    const kim = found.members.find(({ subject }) => subject.id === 'kim');
    assert.deepEqual(
      kim?.roles.map(({ role, source, group, until }) => [role, source, group, until]),
      [
        ['agent', 'database', undefined, '3000-01-01T00:00:00Z'],
        ['agent', 'git', 'desk', undefined],
        ['auditor', 'database', undefined, undefined],
      ],
    );
  });

  it('lists who can in each scope, or in those that are asked for', async () => {
    const path = 'workspaces/support/permissions/member:manage/members';
    const { members } = await whoCan(path);
    const hal = members.find(({ subject }) => subject.id === 'hal');
    assert.deepEqual(hal?.scopes, { own: true, rest: false });
    assert.include(names(await whoCan(`${path}?scope=own`)), 'hal');
    assert.notInclude(names(await whoCan(`${path}?scope=rest`)), 'hal');
    for (const scope of [
      '',
      'nothing',
      'own,own',
      'own,nothing',
      'own%20',
      'Own',
      'own,',
      ',',
      'own%2Brest',
      '__proto__',
    ]) {
      expectProblem(await running.call(`/v1/${path}?scope=${scope}`), 400, 'invalid-request');
    }
    const unscoped = '/v1/workspaces/support/permissions/ticket:close/members?scope=own';
    expectProblem(await running.call(unscoped), 400, 'invalid-request');
  });

  it('lists them page by page', async () => {
    const path = 'workspaces/support/permissions/ticket:close/members';
    const found: string[] = [];
    let query = '?limit=4';
    for (let pages = 0; pages < 9; pages += 1) {
      const page = await whoCan(`${path}${query}`);
      found.push(...names(page));
      if (page.next === undefined) break;
      query = `?limit=4&after=${encodeURIComponent(page.next)}`;
    }
    assert.deepEqual(found, names(await whoCan(path)));
  });

  it('says that there is no such permission, or place', async () => {
    const wrong = [
      'ticket:clos',
      'nothing',
      'ticket:*',
      '*',
      'ticket',
      '__proto__',
      'ticket:close@own',
      'TICKET:CLOSE',
      '%20',
      'a'.repeat(300),
    ];
    for (const name of wrong) {
      const path = `/v1/workspaces/support/permissions/${name}/members`;
      expectProblem(await running.call(path), 404, 'unknown-permission');
    }
    const company = await running.call('/v1/organizations/acme/permissions/ticket:close/members');
    assert.include(String(expectProblem(company, 404, 'unknown-permission')['detail']), 'belongs to workspaces');
    expectProblem(await running.call('/v1/workspaces/no/permissions/ticket:close/members'), 404, 'unknown-workspace');
  });
});

describe('who can do something by a policy that is too old', () => {
  after(disposeSidecars);

  it('is nobody, where decisions are denied then', async () => {
    for (const [rule, count] of [
      ['deny-all', 0],
      [{ deny: ['tag:*'] }, 0],
      [{ deny: ['comment:send'] }, 3],
      ['go-on', 3],
    ] as const) {
      const staleness = new Staleness({ maxMs: 1000, rule });
      const running = await runSidecar({ staleness, now: () => Date.now() + 3_600_000 });
      const path = '/v1/workspaces/support/permissions/tag:create/members';
      assert.lengthOf((await readAs<{ members: unknown[] }>(running, path)).members, count);
      const { places } = await readAs<{ places: { permissions: { permission: string }[] }[] }>(
        running,
        '/v1/subjects/ana@acme.example/access?permissions',
      );
      const may = places[0]?.permissions.some(({ permission }) => permission === 'tag:create');
      assert.strictEqual(may, count > 0);
    }
  });
});
