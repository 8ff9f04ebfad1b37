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
    for (const query of ['?limit=0', '?limit=1001', '?after=x', '?role=member', '?search=a&search=b']) {
      assert.strictEqual((await running.call(`/v1/workspaces/support/people${query}`)).status, 400, query);
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
