import { assert } from 'chai';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import {
  disposeDatabaseSidecars,
  publish,
  runDatabaseSidecar,
  type DatabaseSidecar,
} from '../../support/database-sidecar.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { readAs, wrongActors, wrongTags } from '../../support/reads-as.ts';
import { testDatabases, type TestDatabases } from '../../support/test-databases.ts';

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

const staffed = (files: Record<string, string>): Record<string, string> => ({
  ...files,
  'roles.yaml': `${files['roles.yaml'] ?? ''}staff: { sue: helper }\n`.replace(
    'roles:\n',
    'roles:\n  helper: { title: Helper, grants: [ticket:close], spans: everything }\n',
  ),
});

describe('what somebody has, and who can, over HTTP', () => {
  let databases: TestDatabases;
  let running: DatabaseSidecar;
  before(async function () {
    this.timeout(60_000);
    databases = (await testDatabases[0]?.open()) as TestDatabases;
    const url = await databases.create();
    await publish(url, staffed(groupPolicyFiles()));
    running = await runDatabaseSidecar(url);
    const give = async (path: string, body: object): Promise<void> => {
      assert.strictEqual((await running.put(`/v1/${path}`, body)).status, 201, path);
    };
    await give('workspaces/support/members/kim', {
      roles: [{ role: 'agent', until: '2999-12-31', reason: 'new' }],
      actor: 'mia',
    });
    await give('workspaces/sales/members/kim', { roles: [{ role: 'closer', from: '2999-01-01' }], actor: 'ada' });
    await give('organizations/acme/members/kim', { roles: ['auditor'], actor: 'olu' });
    await give('organizations/acme/groups/desk/members/kim', { actor: 'ada' });
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
    assert.deepEqual((await workspacesFor('')).workspaces, [
      { workspace: 'sales', title: 'Sales', organization: 'acme' },
      { workspace: 'support', title: 'Support', organization: 'acme' },
      { workspace: 'desk', title: 'Desk', organization: 'other' },
    ] as unknown[]);
    const first = await workspacesFor('?limit=2');
    assert.lengthOf(first.workspaces, 2);
    const rest = await workspacesFor(`?limit=2&after=${encodeURIComponent(first.next ?? '')}`);
    assert.deepEqual(rest.workspaces.map(nameOf), ['desk']);
    assert.isUndefined(rest.next);
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
