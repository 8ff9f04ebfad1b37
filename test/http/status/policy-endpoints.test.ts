import { assert } from 'chai';
import { smallPolicy } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { type Reply, type RunningSidecar, disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

const agent = { subject: 'cy@acme.example', workspace: 'support', permission: 'tag:create' };
const path = 'policies/support.yaml';

describe('GET /v1/policy and POST /v1/policy/reload', () => {
  let running: RunningSidecar;
  let support: string;
  beforeEach(async () => {
    support = smallPolicy()[path] ?? '';
    running = await runSidecar();
  });
  afterEach(disposeSidecars);

  const reload = (): Promise<Reply> => running.call('/v1/policy/reload', { method: 'POST' });
  const policy = async (): Promise<Record<string, unknown>> =>
    (await running.call('/v1/policy')).json as Record<string, unknown>;
  const promote = (text: string): string => text.replace('cy@acme.example: member', 'cy@acme.example: team-lead');

  it('tell what is live and how it came to be', async () => {
    assert.nestedInclude(await policy(), { isStale: false, 'counts.workspaces': 1, 'counts.members': 5 });
    assert.nestedInclude(await policy(), { 'lastReload.outcome': 'loaded', 'lastReload.trigger': 'start' });
    assert.match((await policy())['loadedAt'] as string, /Z$/);
  });

  it('read a changed file at once: who was denied is allowed, at another revision', async () => {
    const before = await running.enforce(agent);
    await running.folder.write(path, promote(support));
    const reply = await reload();
    const after = await running.enforce(agent);
    assert.include(before.json as object, { decision: false });
    assert.include(after.json as object, { decision: true, revision: (reply.json as { revision: string }).revision });
    assert.deepInclude(reply.json as object, { outcome: 'loaded', problems: [] });
  });

  it('say so when nothing changed', async () => {
    const { revision } = await policy();
    assert.deepEqual((await reload()).json, { outcome: 'unchanged', revision, problems: [], problemCount: 0 });
  });

  it('keep the last good policy live over a bad file, say where it is bad, and heal', async () => {
    const { revision } = await policy();
    await running.folder.write(path, support.replace('extends: member', 'extends: membr'));
    const problem = expectProblem(await reload(), 422, 'invalid-policy');
    assert.include(problem as object, { outcome: 'failed', revision });
    assert.isArray(problem['problems']);
    assert.lengthOf(problem['problems'] as { length: number }, 1);
    assert.nestedInclude(problem, { 'problems[0].code': 'unknown-role', 'problems[0].file': path });
    assert.nestedInclude(problem, { 'problems[0].line': 6, 'problems[0].column': 14 });
    assert.nestedInclude(await policy(), { revision, isStale: true, 'lastReload.outcome': 'failed' });
    assert.deepEqual((await running.call('/readyz')).json, { status: 'ready', revision, isStale: true });
    assert.include((await running.enforce({ ...agent, subject: 'ana@acme.example' })).json as object, {
      decision: true,
    });
    await running.folder.write(path, support);
    assert.include((await reload()).json as object, { outcome: 'unchanged', revision });
    assert.include((await policy()) as object, { isStale: false });
  });

  it('tell when the source was reached last, had news last, and since when every look at it fails', async () => {
    interface Looks {
      readonly lastReachedAt: string;
      readonly lastNewsAt: string;
      readonly failing: { readonly since: string; readonly error?: string } | null;
      readonly lastFailure: { readonly at: string; readonly kind: string; readonly error?: string } | null;
    }
    const looks = async (): Promise<Looks> => (await policy())['looks'] as Looks;
    const atFirst = await looks();
    assert.match(atFirst.lastNewsAt, /Z$/);
    assert.strictEqual(atFirst.failing, null);
    await reload();
    const again = await looks();
    assert.strictEqual(again.lastNewsAt, atFirst.lastNewsAt);
    assert.isAtLeast(Date.parse(again.lastReachedAt), Date.parse(atFirst.lastReachedAt));

    await running.folder.write(path, support.replace('extends: member', 'extends: membr'));
    await reload();
    const broken = await looks();
    assert.deepEqual({ ...broken, failing: null, lastFailure: null }, again);
    assert.deepEqual(broken.lastFailure, { at: broken.failing?.since ?? '', kind: 'problems' });
    assert.hasAllKeys(broken.failing, ['since'], 'the files have problems, which `lastReload` lists');
    await reload();
    assert.deepEqual((await looks()).failing, broken.failing);

    await running.folder.write(path, promote(support));
    await reload();
    const healed = await looks();
    assert.strictEqual(healed.failing, null);
    assert.isAbove(Date.parse(healed.lastNewsAt), Date.parse(again.lastNewsAt));
  });

  it('answer before the first policy is live, with nothing and with the reason', async () => {
    const unready = await runSidecar({ files: { ...smallPolicy(), 'roles.yaml': 'roles: [' } });
    const reply = await unready.call('/v1/policy');
    assert.include(reply.json as object, { revision: null, loadedAt: null, counts: null, isStale: false });
    assert.nestedInclude(reply.json, { 'lastReload.outcome': 'failed', 'looks.lastNewsAt': null });
    expectProblem(await unready.call('/readyz'), 503, 'no-policy');
    assert.strictEqual((await unready.call('/healthz')).status, 200);
    await unready.folder.write('roles.yaml', smallPolicy()['roles.yaml'] ?? '');
    assert.strictEqual((await unready.call('/v1/policy/reload', { method: 'POST' })).status, 200);
    assert.include((await unready.call('/readyz')).json as object, { status: 'ready' });
  });

  it('never answer from a mix: each batch is one revision, whatever is swapped meanwhile', async () => {
    const requests = Array.from({ length: 200 }, () => agent);
    const seen = new Set<string>();
    let swaps = 0;
    const swapping = (async (): Promise<void> => {
      for (; swaps < 20; swaps += 1) {
        await running.folder.write(path, swaps % 2 === 0 ? promote(support) : support);
        assert.include((await reload()).json as object, { outcome: 'loaded' });
      }
    })();
    while (swaps < 20) {
      const reply = await running.call('/v1/enforce/batch', { method: 'POST', body: { requests } });
      const { decisions, revision } = reply.json as { decisions: { decision: boolean }[]; revision: string };
      const answers = new Set(decisions.map(({ decision }) => decision));
      assert.strictEqual(answers.size, 1);
      seen.add(`${revision} ${[...answers].join()}`);
    }
    await swapping;
    assert.strictEqual(seen.size, 2, [...seen].join('; '));
  });
});

describe('what a user interface asks', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar({ files: withSales() })));
  after(disposeSidecars);

  const listed = async (subject: string, query = ''): Promise<Record<string, unknown>> => {
    const reply = await running.call(`/v1/workspaces/support/members/${subject}/permissions${query}`);
    assert.strictEqual(reply.status, 200, reply.text);
    return reply.json as Record<string, unknown>;
  };
  const decisionsOf = (listing: Record<string, unknown>): Record<string, boolean> => {
    const permissions = listing['permissions'] as { permission: string; decision: boolean }[];
    return Object.fromEntries(permissions.map(({ permission, decision }) => [permission, decision]));
  };

  it('lists for a member what is allowed and what is not, scope by scope', async () => {
    const listing = await listed('bo@acme.example');
    assert.deepInclude(listing as object, { workspace: 'support', subject: { type: 'user', id: 'bo@acme.example' } });
    assert.strictEqual(listing['revision'], running.live.current?.revision);
    assert.deepEqual(listing['roles'], [{ role: 'trainee', title: 'Trainee' }]);
    assert.include(decisionsOf(listing) as object, { 'message:send': true, 'comment:send': true, 'tag:create': false });
    assert.deepNestedPropertyVal(listing, 'permissions[0].scopes', { personal: true, shared: false });
  });

  it('allows nothing to somebody who is not a member, nor to a service of that name', async () => {
    for (const listing of [await listed('mallory'), await listed('bo@acme.example', '?subjectType=service')]) {
      assert.deepEqual(listing['roles'], []);
      assert.notInclude(Object.values(decisionsOf(listing)), true);
    }
  });

  it('takes any subject id, percent-encoded', async () => {
    for (const id of ['ana@acme.example', 'https://id.example/ana?x=1#y', 'a b', 'ä/ö', '..', '100%']) {
      const listing = await listed(id === '..' ? '%2e%2e%2f' : encodeURIComponent(id));
      assert.strictEqual((listing['subject'] as { id: string }).id, id === '..' ? '../' : id);
    }
  });

  it('refuses a subject type that the policy does not know', async () => {
    for (const query of ['?subjectType=robot', '?subjectType=', '?subjectType=__proto__']) {
      expectProblem(await running.call(`/v1/workspaces/support/members/a/permissions${query}`), 400, 'invalid-request');
    }
  });

  it('lists the built-in roles and those of the workspace, never those of another', async () => {
    const rolesOf = async (workspace: string): Promise<string[]> => {
      const reply = await running.call(`/v1/workspaces/${workspace}/roles`);
      return (reply.json as { roles: { role: string }[] }).roles.map(({ role }) => role);
    };
    const builtIn = ['member', 'workspace-admin', 'company-admin'];
    assert.deepEqual(await rolesOf('support'), [...builtIn, 'team-lead', 'trainee']);
    assert.deepEqual(await rolesOf('sales'), [...builtIn, 'closer']);
  });

  it('is 404 for a workspace that is not there', async () => {
    expectProblem(await running.call('/v1/workspaces/marketing/roles'), 404, 'unknown-workspace');
    expectProblem(await running.call('/v1/workspaces/marketing/members/a/permissions'), 404, 'unknown-workspace');
  });

  it('answers HEAD like GET, without a body', async () => {
    const paths = ['/v1/workspaces/support/roles', '/v1/policy', '/healthz', '/readyz', '/metrics', '/openapi.json'];
    for (const at of paths) {
      const [head, get] = [await running.call(at, { method: 'HEAD' }), await running.call(at)];
      assert.deepEqual([head.status, head.text], [200, ''], at);
      assert.strictEqual(head.headers['content-type'], get.headers['content-type']);
    }
  });

  it('is neither cached nor guessed at', async () => {
    const { headers } = await running.call('/v1/workspaces/support/roles');
    assert.include(headers as object, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    assert.doesNotHaveAnyKeys(headers, ['x-powered-by', 'etag']);
  });
});

function withSales(): Record<string, string> {
  const files = smallPolicy();
  const roles = `subjectTypes: [user, service]\n\n${files['roles.yaml'] ?? ''}`;
  const sales = 'workspace: sales\nroles: { closer: { extends: member } }\nmembers: { dee@acme.example: closer }\n';
  return { ...files, 'roles.yaml': roles, 'policies/sales.yaml': sales };
}
