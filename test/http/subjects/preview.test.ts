import { assert } from 'chai';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { disposeSidecars, runSidecar, type Reply, type RunningSidecar } from '../../support/running-sidecar.ts';

interface Seen {
  readonly permission: string;
  readonly decision: boolean;
  readonly roles: readonly string[];
}

interface Preview {
  readonly at: string;
  readonly roles: readonly { readonly role: string }[];
  readonly permissions: readonly Seen[];
  readonly next?: string;
}

const keepers = `roles:
  keeper: { title: Keeper, grants: ["role:*", "member:*"] }
  follower: { title: Follower, extends: lead }
`;

function files(): Record<string, string> {
  const all = groupPolicyFiles();
  const support = 'policies/acme/support.yaml';
  return {
    ...all,
    'roles.yaml': (all['roles.yaml'] ?? '').replace(
      '  Team:\n',
      '  Team:\n    role:edit: { title: Edit roles, controls: roles }\n',
    ),
    [support]: `${(all[support] ?? '').replace('roles:\n', keepers)}  kit: keeper\n`,
  };
}

describe('a preview', () => {
  let running: RunningSidecar;
  before(async () => {
    running = await runSidecar({ files: files(), isChanged: true });
  });
  after(disposeSidecars);

  const ask = (query: string, actor?: string, place = 'workspaces/support'): Promise<Reply> =>
    running.call(
      `/v1/${place}/preview?${query}`,
      actor === undefined ? {} : { headers: { 'X-Rolebook-Actor': actor } },
    );
  const read = async (query: string, actor?: string, place?: string): Promise<Preview> => {
    const { status, json, text } = await ask(query, actor, place);
    assert.strictEqual(status, 200, text);
    return json as Preview;
  };
  const allowed = ({ permissions }: Pick<Preview, 'permissions'>): string[] =>
    permissions.filter(({ decision }) => decision).map(({ permission }) => permission);

  it('says what somebody sees, now and on a date, or whoever holds some roles', async () => {
    assert.notInclude(allowed(await read('subject=eve')), 'member:manage');
    const later = await read('subject=eve&at=2999-12-01');
    assert.include(allowed(later), 'member:manage');
    assert.strictEqual(later.at, '2999-12-01T00:00:00Z');
    assert.deepEqual(allowed(await read('roles=seller,voider')), ['ticket:answer', 'invoice:create', 'invoice:void']);
    assert.deepEqual((await read('roles=')).roles, []);
  });

  it('comes page by page', async () => {
    const first = await read('roles=lead&limit=2');
    assert.lengthOf(first.permissions, 2);
    const rest = await read(`roles=lead&after=${encodeURIComponent(first.next ?? '')}`);
    assert.deepEqual([...first.permissions, ...rest.permissions], [...(await read('roles=lead')).permissions]);
  });

  it('is told to an actor of themselves, and of others where they control something', async () => {
    assert.include(allowed(await read('subject=eve&at=2999-12-01', 'mia')), 'member:manage');
    assert.deepEqual((await read('subject=mia', 'cat')).roles, []);
    assert.deepEqual(
      (await read('subject=cat', 'cat')).roles.map(({ role }) => role),
      ['captain'],
    );
    assert.lengthOf((await read('roles=captain', 'cat')).roles, 1);
    expectProblem(await ask('roles=manager', 'cat'), 404, 'no-such-role');
    for (const query of ['subject=mia', 'roles=manager', 'subject=nobody']) {
      expectProblem(await ask(query, 'nobody'), 404, 'unknown-workspace');
    }
  });

  it('is refused for what nobody can be', async () => {
    for (const query of [
      '',
      'subject=a&roles=b',
      'subject=',
      'subject=a%22',
      'subject=a&subjectType=robot',
      'roles=lead&at=tomorrow',
      'roles=lead&at=2026-02-30',
      `roles=${Array.from({ length: 2000 }, (_, index) => `r${index}`).join()}`,
    ]) {
      expectProblem(await ask(query), 400, 'invalid-request');
    }
    expectProblem(await ask('roles=leed'), 404, 'no-such-role');
    expectProblem(await ask('roles=lead', undefined, 'workspaces/nothing'), 404, 'unknown-workspace');
    expectProblem(await ask('roles=owner', undefined, 'organizations/nothing'), 404, 'unknown-organization');
  });

  const edits = [{ edit: 'role.change', workspace: 'support', role: 'lead', disallow: ['invoice:create'] }];
  const judge = (sees: object, { actor = 'kit', query = '?preview' } = {}): Promise<Reply> =>
    running.call(`/v1/changes${query}`, { method: 'POST', body: { actor, edits, sees } });

  it('of a change that is not made says what it comes to, also by a role that follows the changed one', async () => {
    const at = { workspace: 'support' };
    for (const roles of [['lead'], ['follower'], ['follower', 'agent']]) {
      const { status, json, text } = await judge({ ...at, roles });
      assert.strictEqual(status, 200, text);
      const { sees } = json as { sees: Preview };
      assert.notInclude(allowed(sees), 'invoice:create');
      assert.include(allowed(sees), 'ticket:close');
      assert.include(allowed(await read(`roles=${roles.join()}`)), 'invoice:create');
    }
    const later = await judge({ ...at, subject: 'eve', at: '2999-12-01' });
    assert.include(allowed((later.json as { sees: Preview }).sees), 'member:manage');
  });

  it('of a change is refused where it is made, and where the actor may not know', async () => {
    expectProblem(await judge({ workspace: 'support', roles: [] }, { query: '' }), 400, 'invalid-request');
    expectProblem(await judge({ workspace: 'sales', roles: ['agent'] }), 404, 'unknown-workspace');
    expectProblem(await judge({ workspace: 'support', subject: 'mia' }, { actor: 'cat' }), 404, 'unknown-workspace');
    for (const sees of [
      {},
      { workspace: 'support' },
      { workspace: 'support', organization: 'acme', roles: [] },
      { workspace: 'support', subject: 'a', roles: [] },
      { workspace: 'support', subject: { type: 'robot', id: 'a' } },
      { workspace: 'support', subject: 'a"' },
      { workspace: 'support', roles: ['lead'], at: 'soon' },
      { workspace: 'support', roles: 'lead' },
      { workspace: 'support', roles: [], more: 1 },
      [],
    ]) {
      expectProblem(await judge(sees), 400, 'invalid-request');
    }
  });
});
