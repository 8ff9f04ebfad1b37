import { assert } from 'chai';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

interface People {
  readonly count: number;
  readonly people: readonly {
    readonly subject: { readonly id: string };
    readonly name?: string;
    readonly roles: readonly { readonly role: string; readonly group?: string; readonly spans: string }[];
  }[];
  readonly next?: string;
}

const named = smallPolicy()['policies/support.yaml']?.replace(
  /^ {2}wim@acme\.example: .*$/m,
  '  wim@acme.example: { roles: [workspace-admin], properties: { name: Wim Wenders } }',
);

describe('everybody of a workspace', () => {
  let running: RunningSidecar;
  before(async () => {
    running = await runSidecar({ files: { ...smallPolicy(), 'policies/support.yaml': named ?? '' } });
  });
  after(disposeSidecars);

  const ask = async (query = '', headers: Record<string, string> = {}): Promise<People> => {
    const { status, json, text } = await running.call(`/v1/workspaces/support/people${query}`, { headers });
    assert.strictEqual(status, 200, text);
    return json as People;
  };
  const ids = ({ people }: People): string[] => people.map(({ subject }) => subject.id);

  it('is listed once, with what was given there and above, and how many there are', async () => {
    const all = await ask();
    assert.includeMembers(ids(all), ['ana@acme.example', 'bo@acme.example', 'olu@acme.example', 'wim@acme.example']);
    assert.strictEqual(all.count, all.people.length);
    assert.strictEqual(new Set(ids(all)).size, all.count);
    const above = all.people.find(({ subject }) => subject.id === 'olu@acme.example');
    assert.deepInclude(above?.roles[0], { role: 'company-admin', spans: 'organization' });
    const wim = all.people.find(({ subject }) => subject.id === 'wim@acme.example');
    assert.strictEqual(wim?.name, 'Wim Wenders');
  });

  it('is found by a part of an id or of a name, in either case, and by nothing else', async () => {
    assert.deepEqual(ids(await ask('?search=BO%40')), ['bo@acme.example']);
    assert.deepEqual(ids(await ask('?search=wenders')), ['wim@acme.example']);
    for (const nothing of ['workspace-admin', '.*', '%25', 'bo ', 'x@']) {
      assert.deepInclude(await ask(`?search=${encodeURIComponent(nothing)}`), { count: 0, people: [] }, nothing);
    }
  });

  it('comes page by page, each person on one of them', async () => {
    const all = ids(await ask());
    const found: string[] = [];
    for (let after = ''; ;) {
      const page = await ask(`?limit=2${after}`);
      assert.strictEqual(page.count, all.length);
      found.push(...ids(page));
      if (page.next === undefined) break;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
    assert.deepEqual(found, all);
  });

  it('is told to who controls something there; to others themselves alone, and to strangers that there is no such place', async () => {
    const own = await ask('', { 'X-Rolebook-Actor': 'bo%40acme.example' });
    assert.deepEqual(ids(own), ['bo@acme.example']);
    assert.strictEqual(own.count, 1);
    const found = await ask('?search=ana', { 'X-Rolebook-Actor': 'bo%40acme.example' });
    assert.strictEqual(found.count, 0, 'a search tells of nobody else');
    const stranger = { headers: { 'X-Rolebook-Actor': 'nobody' } };
    const [asked, missing] = await Promise.all([
      running.call('/v1/workspaces/support/people', stranger),
      running.call('/v1/workspaces/nothing/people', stranger),
    ]);
    assert.strictEqual(asked.status, 404);
    assert.strictEqual(asked.text, missing.text);
  });

  it('refuses what it does not understand', async () => {
    for (const query of ['?limit=0', '?limit=1001', '?after=x', '?roles=member', '?search=a&search=b']) {
      assert.strictEqual((await running.call(`/v1/workspaces/support/people${query}`)).status, 400, query);
    }
  });

  it('is narrowed to who was given one role, in one way, for a time', async () => {
    const bo = await ask('?role=trainee');
    assert.deepEqual(ids(bo), ['bo@acme.example']);
    assert.strictEqual(bo.count, 1);
    assert.deepEqual(ids(await ask('?role=company-admin')), ['olu@acme.example'], 'given above counts, too');
    assert.deepEqual(ids(await ask('?role=trainee&search=ana')), []);
    assert.deepEqual(ids(await ask('?through=group')), []);
    assert.deepEqual(ids(await ask('?through=alone')), ids(await ask()));
  });

  it('is not narrowed by what the policy does not have, or by what is no such word', async () => {
    const refused = async (query: string): Promise<string> => {
      const { status, json } = await running.call(`/v1/workspaces/support/people?${query}`);
      const { code, detail } = json as { code: string; detail: string };
      return `${status} ${code}: ${detail}`;
    };
    assert.strictEqual(
      await refused('role=traine'),
      '422 unknown-role: there is no role `traine` here; did you mean `trainee`?',
    );
    for (const role of ['', 'Trainee', '__proto__', 'constructor', '%00', 'a'.repeat(300), 'workspace.*']) {
      assert.match(await refused(`role=${role}`), /^422 unknown-role: /, role);
    }
    for (const group of ['', 'desk', '__proto__', 'group%3Adesk']) {
      assert.match(await refused(`group=${group}`), /^404 unknown-group: there is no group .* here$/, group);
    }
    assert.strictEqual(await refused('time=soon'), '400 invalid-request: `time` is one of `dated`, `ending`, `plain`');
    assert.strictEqual(await refused('through='), '400 invalid-request: `through` is one of `alone`, `group`');
    for (const twice of ['role=trainee&role=member', 'time=dated&time=plain']) {
      assert.match(await refused(twice), /^400 unknown-parameter: /, twice);
    }
  });

  it('has those of groups, who have it through the group', async () => {
    const grouped = await runSidecar({ files: groupPolicyFiles() });
    const { workspaces } = (await grouped.call('/v1/workspaces')).json as { workspaces: { workspace: string }[] };
    const all = await Promise.all(
      workspaces.map(
        async ({ workspace }) => (await grouped.call(`/v1/workspaces/${workspace}/people`)).json as People,
      ),
    );
    assert.isTrue(all.some(({ people }) => people.some(({ roles }) => roles.some(({ group }) => group !== undefined))));
  });
});

describe('everybody of a workspace with groups and dates', () => {
  const nowMs = Date.parse('2030-06-01T00:00:00Z');
  const files = {
    'roles.yaml': `permissions:
  All:
    a:see: See
    a:manage: { title: Manage members, controls: members }
    a:company: { title: Manage the company, spans: organization, controls: members }
roles:
  plain: { title: Plain, grants: ["a:see"] }
  keeper: { title: Keeper, grants: ["a:*"] }
  above: { title: Above, spans: organization, grants: ["a:*"] }
defaultRole: plain
`,
    'policies/acme/organization.yaml': `organization: acme
members:
  olu: above
groups:
  desk: [dan, dot]
  quiet: [eve]
`,
    'policies/acme/support.yaml': `workspace: support
members:
  group:desk: { roles: [{ role: plain, until: 2030-06-20 }] }
  kim: keeper
  nia: { roles: [plain, { role: keeper, from: 2031-01-01 }] }
  mo: { roles: [{ role: plain, until: 2030-07-02 }] }
  old: { roles: [{ role: keeper, until: 2030-05-01 }] }
  last: { roles: [{ role: plain, until: 2030-06-30 }] }
  late: { roles: [{ role: plain, until: "2030-07-01T00:00:00.001Z" }] }
  dan: keeper
`,
  };
  let running: RunningSidecar;
  before(async () => {
    running = await runSidecar({ files, now: () => nowMs });
  });
  after(disposeSidecars);

  const rows: readonly [string, readonly string[]][] = [
    ['', ['dan', 'dot', 'kim', 'last', 'late', 'mo', 'nia', 'old', 'olu']],
    ['time=dated', ['dan', 'dot', 'last', 'late', 'mo', 'nia', 'old']],
    ['time=plain', ['dan', 'kim', 'nia', 'olu']],
    // What ends with 30 June ends thirty days from 1 June; a moment later is not soon, and what is over does not end.
    ['time=ending', ['dan', 'dot', 'last']],
    ['role=keeper', ['dan', 'kim', 'nia', 'old']],
    // One thing that was given is all of it: Dan's plain role ends, and Dan is a keeper for good.
    ['role=keeper&time=dated', ['nia', 'old']],
    ['role=keeper&time=ending', []],
    ['role=plain&through=alone', ['last', 'late', 'mo', 'nia']],
    ['through=group', ['dan', 'dot']],
    ['group=desk', ['dan', 'dot']],
    ['group=desk&through=alone', []],
    ['group=desk&search=T', ['dot']],
    ['group=quiet', []],
  ];
  for (const [query, expected] of rows) {
    it(`are by \`${query}\`: ${expected.join(', ') || 'nobody'}`, async () => {
      const { status, json, text } = await running.call(`/v1/workspaces/support/people?${query}`);
      assert.strictEqual(status, 200, text);
      const { people, count } = json as People;
      assert.deepEqual(
        people.map(({ subject }) => subject.id),
        [...expected],
      );
      assert.strictEqual(count, expected.length);
      const first = (await running.call(`/v1/workspaces/support/people?${query}&limit=1`)).json as People;
      assert.strictEqual(first.count, expected.length, 'the count is that of all pages');
    });
  }

  it('tell who manages a workspace of no group that holds nothing there', async () => {
    const headers = { 'X-Rolebook-Actor': 'kim' };
    const ask = async (group: string, as: Record<string, string>): Promise<string> => {
      const { status, text } = await running.call(`/v1/workspaces/support/people?group=${group}`, { headers: as });
      return `${status} ${text.replaceAll(group, 'GROUP').replace(/"instance":"[^"]*"/, '')}`;
    };
    assert.strictEqual(await ask('quiet', headers), await ask('nothing', headers));
    assert.match(await ask('desk', headers), /^200 /);
    assert.match(
      await ask('quiet', { 'X-Rolebook-Actor': 'olu' }),
      /^200 /,
      'who manages the company knows its groups',
    );
    assert.match(await ask('desk', { 'X-Rolebook-Actor': 'dot' }), /^200 .*"count":1,/, 'one is oneself alone');
    assert.match(await ask('desk', { 'X-Rolebook-Actor': 'mo' }), /^404 /);
    const roles = (actor: string) =>
      running.call('/v1/workspaces/support/people?role=keeper', { headers: { 'X-Rolebook-Actor': actor } });
    assert.strictEqual((await roles('mo')).status, 422, 'of the roles of others one knows nothing');
    assert.strictEqual((await roles('nia')).status, 200);
  });
});

describe('the roles of a workspace', () => {
  after(disposeSidecars);

  interface Roles {
    readonly roles: readonly {
      readonly role: string;
      readonly holderCount?: number;
      readonly firstHolders?: readonly { readonly id: string }[];
    }[];
  }

  it('are told with how many hold each, and the first of them, as each role tells of itself', async () => {
    const running = await runSidecar();
    const { roles } = (await running.call('/v1/workspaces/support/roles?holders')).json as Roles;
    for (const { role, holderCount, firstHolders = [] } of roles) {
      const full = (await running.call(`/v1/workspaces/support/roles/${role}`)).json as {
        holderCount: number;
        holders: { subject: { id: string } }[];
      };
      assert.strictEqual(holderCount, full.holderCount, role);
      assert.deepEqual(
        firstHolders.map(({ id }) => id),
        full.holders.slice(0, 4).map(({ subject }) => subject.id),
        role,
      );
    }
    const { roles: bare } = (await running.call('/v1/workspaces/support/roles')).json as Roles;
    for (const role of bare) assert.notProperty(role, 'holderCount');
  });

  it('tell an actor of no holder but themselves', async () => {
    const running = await runSidecar();
    const headers = { 'X-Rolebook-Actor': 'bo%40acme.example' };
    const { roles } = (await running.call('/v1/workspaces/support/roles?holders', { headers })).json as Roles;
    for (const { holderCount, firstHolders } of roles) {
      assert.strictEqual(holderCount, 1);
      assert.deepEqual(
        firstHolders?.map(({ id }) => id),
        ['bo@acme.example'],
      );
    }
  });
});
