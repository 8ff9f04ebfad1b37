import { assert } from 'chai';
import { disposeDatabaseSidecars, type DatabaseSidecar } from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { readAs, wrongActors, wrongTags } from '../../support/reads-as.ts';
import type { TestDatabases } from '../../support/test-databases.ts';
import { openGivenCompany } from './given-company.ts';

type Told = Record<string, unknown>;

interface Place {
  readonly workspace?: string;
  readonly organization?: string;
  readonly roles: readonly Told[];
  readonly groups?: readonly Told[];
  readonly permissions?: readonly Told[];
}

interface Access {
  readonly places: readonly Place[];
  readonly staff?: readonly Told[];
  readonly next?: string;
}

describe('what somebody has, over HTTP', () => {
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

  const accessOf = (subject: string, query = '', actor?: string): Promise<Access> =>
    readAs(running, `/v1/subjects/${subject}/access${query}`, actor);
  const nameOf = ({ workspace, organization }: Place): string => workspace ?? `company ${organization ?? ''}`;

  it('is told place by place: the company, its workspaces, roles by files, at run time and by groups', async () => {
    const { places, staff } = await accessOf('kim');
    assert.deepEqual(places.map(nameOf), ['company acme', 'sales', 'support']);
    assert.isUndefined(staff);
    const auditor = { role: 'auditor', title: 'Auditor', source: 'database', spans: 'organization', time: 'holds' };
    assert.deepEqual(places[0], {
      organization: 'acme',
      roles: [auditor],
      groups: [{ group: 'desk', source: 'database' }],
    });
    const closer = { role: 'closer', title: 'Closer', source: 'database', spans: 'workspace', time: 'begins' };
    assert.deepEqual(places[1]?.roles, [{ ...closer, from: '2999-01-01T00:00:00Z' }, auditor]);
    const agent = { role: 'agent', title: 'Agent', spans: 'workspace', time: 'holds' };
    const file = 'policies/acme/support.yaml';
    assert.deepEqual(places[2]?.roles, [
      { ...agent, source: 'database', until: '3000-01-01T00:00:00Z', reason: 'new' },
      { ...agent, source: 'git', group: 'desk', file, line: 14, column: 15 },
      auditor,
    ]);
  });

  it('tells the line that puts somebody into a group, and what is over', async () => {
    const dan = await accessOf('dan');
    assert.deepEqual(dan.places[0]?.groups, [
      { group: 'desk', source: 'git', file: 'policies/acme/organization.yaml', line: 8, column: 10 },
    ]);
    assert.deepInclude((await accessOf('zoe')).places[0]?.roles[0], { role: 'manager', time: 'ended' });
  });

  it('tells of staff what they have everywhere, once and at each place', async () => {
    const { places, staff } = await accessOf('sue');
    assert.deepInclude(staff?.[0], { role: 'helper', spans: 'everything', source: 'git', file: 'roles.yaml' });
    assert.deepEqual(places.map(nameOf), ['company acme', 'sales', 'support', 'company other', 'desk']);
  });

  it('adds on demand what the roles allow', async () => {
    const { places } = await accessOf('dan', '?permissions');
    assert.deepEqual(places[1]?.permissions, [
      {
        permission: 'ticket:answer',
        title: 'Answer tickets',
        category: 'Work',
        scopes: { own: true, rest: true },
        everybody: false,
        roles: [{ role: 'agent', scopes: ['own', 'rest'], file: 'roles.yaml', line: 17, column: 35 }],
      },
      {
        permission: 'ticket:close',
        title: 'Close tickets',
        category: 'Work',
        everybody: false,
        roles: [{ role: 'agent', file: 'roles.yaml', line: 17, column: 50 }],
      },
    ]);
    assert.notProperty((await accessOf('dan')).places[1] ?? {}, 'permissions');
  });

  it('comes page by page, in an order that stays', async () => {
    for (const [subject, whole] of [
      ['kim', 3],
      ['sue', 5],
    ] as const) {
      const found: string[] = [];
      let query = '?limit=1';
      for (let pages = 0; pages < 9; pages += 1) {
        const { places, next } = await accessOf(subject, query);
        found.push(...places.map(nameOf));
        if (next === undefined) break;
        query = `?limit=1&after=${encodeURIComponent(next)}`;
      }
      assert.deepEqual(found, (await accessOf(subject)).places.map(nameOf));
      assert.lengthOf(found, whole);
    }
    assert.deepEqual((await accessOf('sue', '?after=acme/su')).places.map(nameOf), [
      'support',
      'company other',
      'desk',
    ]);
  });

  it('of nobody is nothing', async () => {
    assert.deepEqual((await accessOf('nobody')).places, []);
    assert.deepEqual((await accessOf('kim', '?subjectType=service')).places, []);
    assert.deepEqual((await accessOf('bot', '?subjectType=service')).places.map(nameOf), ['company acme', 'support']);
  });

  interface Workspaces {
    readonly workspaces: readonly Place[];
    readonly next?: string;
  }
  const workspacesFor = (query: string, actor?: string): Promise<Workspaces> =>
    readAs(running, `/v1/workspaces${query}`, actor);

  it('lists the workspaces somebody is in, with their roles and companies', async () => {
    const { workspaces } = await workspacesFor('?subject=kim');
    assert.deepEqual(workspaces.map(nameOf), ['sales', 'support']);
    assert.deepInclude(workspaces[0], { workspace: 'sales', title: 'Sales', organization: 'acme' } as object);
    assert.deepEqual(
      workspaces.map(({ roles }) => roles.map(({ role }) => role)),
      [
        ['closer', 'auditor'],
        ['agent', 'agent', 'auditor'],
      ],
    );
    assert.deepEqual((await workspacesFor('?subject=nobody')).workspaces, []);
    assert.deepEqual((await workspacesFor('?subject=bot&subjectType=service')).workspaces.map(nameOf), ['support']);
  });

  it('lists all workspaces for whoever asks about nobody, page by page', async () => {
    assert.deepEqual<unknown>((await workspacesFor('')).workspaces, [
      { workspace: 'sales', title: 'Sales', organization: 'acme' },
      { workspace: 'support', title: 'Support', organization: 'acme' },
      { workspace: 'desk', title: 'Desk', organization: 'other' },
    ]);
    const first = await workspacesFor('?limit=2');
    assert.lengthOf(first.workspaces, 2);
    const rest = await workspacesFor(`?limit=2&after=${encodeURIComponent(first.next ?? '')}`);
    assert.deepEqual(rest.workspaces.map(nameOf), ['desk']);
    assert.isUndefined(rest.next);
  });

  it('is asked for in one way', async () => {
    const paths = [
      '/v1/workspaces',
      '/v1/subjects/kim/access',
      '/v1/workspaces/support/permissions/ticket:close/members',
    ];
    const queries = [
      'x',
      'limit=0',
      'limit=1001',
      'limit=-1',
      'limit=1.5',
      'limit=a',
      'limit=',
      'limit=1&limit=2',
      'after=a',
      'after=',
    ];
    for (const path of paths) {
      for (const query of queries)
        assert.strictEqual((await running.call(`${path}?${query}`)).status, 400, `${path}?${query}`);
      for (const tags of wrongTags) {
        expectProblem(await running.call(path, { headers: { 'If-None-Match': tags } }), 400, 'invalid-request');
      }
      for (const [, headers] of wrongActors)
        expectProblem(await running.call(path, { headers }), 400, 'invalid-request');
      const { headers } = await running.call(path);
      const known = { 'If-None-Match': String(headers['etag']) };
      assert.strictEqual((await running.call(path, { headers: known })).status, 304, path);
    }
    const subjects = ['a%22', 'a%00', '%20a', 'a%20', 'a(b', 'a'.repeat(257)];
    for (const subject of subjects) {
      expectProblem(await running.call(`/v1/subjects/${subject}/access`), 400, 'invalid-request');
      expectProblem(await running.call(`/v1/workspaces?subject=${subject}`), 400, 'invalid-request');
    }
    expectProblem(await running.call('/v1/workspaces?subject='), 400, 'invalid-request');
    for (const type of ['robot', 'group', '', 'User']) {
      expectProblem(await running.call(`/v1/subjects/kim/access?subjectType=${type}`), 400, 'invalid-request');
      expectProblem(await running.call(`/v1/workspaces?subject=kim&subjectType=${type}`), 400, 'invalid-request');
    }
    expectProblem(await running.call('/v1/workspaces?subjectType=user'), 400, 'invalid-request');
    for (const value of ['1', 'false', 'yes', 'TRUE']) {
      expectProblem(await running.call(`/v1/subjects/kim/access?permissions=${value}`), 400, 'invalid-request');
    }
  });
});
