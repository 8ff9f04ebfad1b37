import { expect } from 'chai';
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
    expect(await policy()).to.have.nested.include({ isStale: false, 'counts.workspaces': 1, 'counts.members': 5 });
    expect(await policy()).to.have.nested.include({ 'lastReload.outcome': 'loaded', 'lastReload.trigger': 'start' });
    expect((await policy())['loadedAt']).to.match(/Z$/);
  });

  it('read a changed file at once: who was denied is allowed, at another revision', async () => {
    const before = await running.enforce(agent);
    await running.folder.write(path, promote(support));
    const reply = await reload();
    const after = await running.enforce(agent);
    expect(before.json).to.include({ decision: false });
    expect(after.json).to.include({ decision: true, revision: (reply.json as { revision: string }).revision });
    expect(reply.json).to.deep.include({ outcome: 'loaded', problems: [] });
  });

  it('say so when nothing changed', async () => {
    const { revision } = await policy();
    expect((await reload()).json).to.deep.equal({ outcome: 'unchanged', revision, problems: [], problemCount: 0 });
  });

  it('keep the last good policy live over a bad file, say where it is bad, and heal', async () => {
    const { revision } = await policy();
    await running.folder.write(path, support.replace('extends: member', 'extends: membr'));
    const problem = expectProblem(await reload(), 422, 'invalid-policy');
    expect(problem).to.include({ outcome: 'failed', revision });
    expect(problem['problems']).to.be.an('array').with.lengthOf(1);
    expect(problem).to.have.nested.include({ 'problems[0].code': 'unknown-role', 'problems[0].file': path });
    expect(problem).to.have.nested.include({ 'problems[0].line': 6, 'problems[0].column': 14 });
    expect(await policy()).to.have.nested.include({ revision, isStale: true, 'lastReload.outcome': 'failed' });
    expect((await running.call('/readyz')).json).to.deep.equal({ status: 'ready', revision, isStale: true });
    expect((await running.enforce({ ...agent, subject: 'ana@acme.example' })).json).to.include({ decision: true });
    await running.folder.write(path, support);
    expect((await reload()).json).to.include({ outcome: 'unchanged', revision });
    expect(await policy()).to.include({ isStale: false });
  });

  it('answer before the first policy is live, with nothing and with the reason', async () => {
    const unready = await runSidecar({ files: { ...smallPolicy(), 'roles.yaml': 'roles: [' } });
    const reply = await unready.call('/v1/policy');
    expect(reply.json).to.include({ revision: null, loadedAt: null, counts: null, isStale: false });
    expect(reply.json).to.have.nested.include({ 'lastReload.outcome': 'failed' });
    expectProblem(await unready.call('/readyz'), 503, 'no-policy');
    expect((await unready.call('/healthz')).status).to.equal(200);
    await unready.folder.write('roles.yaml', smallPolicy()['roles.yaml'] ?? '');
    expect((await unready.call('/v1/policy/reload', { method: 'POST' })).status).to.equal(200);
    expect((await unready.call('/readyz')).json).to.include({ status: 'ready' });
  });

  it('never answer from a mix: each batch is one revision, whatever is swapped meanwhile', async () => {
    const requests = Array.from({ length: 200 }, () => agent);
    const seen = new Set<string>();
    let swaps = 0;
    const swapping = (async (): Promise<void> => {
      for (; swaps < 20; swaps += 1) {
        await running.folder.write(path, swaps % 2 === 0 ? promote(support) : support);
        expect((await reload()).json).to.include({ outcome: 'loaded' });
      }
    })();
    while (swaps < 20) {
      const reply = await running.call('/v1/enforce/batch', { method: 'POST', body: { requests } });
      const { decisions, revision } = reply.json as { decisions: { decision: boolean }[]; revision: string };
      const answers = new Set(decisions.map(({ decision }) => decision));
      expect(answers.size).to.equal(1);
      seen.add(`${revision} ${[...answers].join()}`);
    }
    await swapping;
    expect(seen.size, [...seen].join('; ')).to.equal(2);
  });
});

describe('what a user interface asks', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar({ files: withSales() })));
  after(disposeSidecars);

  const listed = async (subject: string, query = ''): Promise<Record<string, unknown>> => {
    const reply = await running.call(`/v1/workspaces/support/members/${subject}/permissions${query}`);
    expect(reply.status, reply.text).to.equal(200);
    return reply.json as Record<string, unknown>;
  };
  const decisionsOf = (listing: Record<string, unknown>): Record<string, boolean> => {
    const permissions = listing['permissions'] as { permission: string; decision: boolean }[];
    return Object.fromEntries(permissions.map(({ permission, decision }) => [permission, decision]));
  };

  it('lists for a member what is allowed and what is not, scope by scope', async () => {
    const listing = await listed('bo@acme.example');
    expect(listing).to.deep.include({ workspace: 'support', subject: { type: 'user', id: 'bo@acme.example' } });
    expect(listing['revision']).to.equal(running.live.current?.revision);
    expect(listing['roles']).to.deep.equal([{ role: 'trainee', title: 'Trainee' }]);
    expect(decisionsOf(listing)).to.include({ 'message:send': true, 'comment:send': true, 'tag:create': false });
    expect(listing).to.have.deep.nested.property('permissions[0].scopes', { personal: true, shared: false });
  });

  it('allows nothing to somebody who is not a member, nor to a service of that name', async () => {
    for (const listing of [await listed('mallory'), await listed('bo@acme.example', '?subjectType=service')]) {
      expect(listing['roles']).to.deep.equal([]);
      expect(Object.values(decisionsOf(listing))).not.to.include(true);
    }
  });

  it('takes any subject id, percent-encoded', async () => {
    for (const id of ['ana@acme.example', 'https://id.example/ana?x=1#y', 'a b', 'ä/ö', '..', '100%']) {
      const listing = await listed(id === '..' ? '%2e%2e%2f' : encodeURIComponent(id));
      expect((listing['subject'] as { id: string }).id).to.equal(id === '..' ? '../' : id);
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
    expect(await rolesOf('support')).to.deep.equal([...builtIn, 'team-lead', 'trainee']);
    expect(await rolesOf('sales')).to.deep.equal([...builtIn, 'closer']);
  });

  it('is 404 for a workspace that is not there', async () => {
    expectProblem(await running.call('/v1/workspaces/marketing/roles'), 404, 'unknown-workspace');
    expectProblem(await running.call('/v1/workspaces/marketing/members/a/permissions'), 404, 'unknown-workspace');
  });

  it('answers HEAD like GET, without a body', async () => {
    const paths = ['/v1/workspaces/support/roles', '/v1/policy', '/healthz', '/readyz', '/metrics', '/openapi.json'];
    for (const at of paths) {
      const [head, get] = [await running.call(at, { method: 'HEAD' }), await running.call(at)];
      expect([head.status, head.text], at).to.deep.equal([200, '']);
      expect(head.headers['content-type']).to.equal(get.headers['content-type']);
    }
  });

  it('is neither cached nor guessed at', async () => {
    const { headers } = await running.call('/v1/workspaces/support/roles');
    expect(headers).to.include({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(headers).not.to.have.any.keys('x-powered-by', 'etag');
  });
});

function withSales(): Record<string, string> {
  const files = smallPolicy();
  const roles = `subjectTypes: [user, service]\n\n${files['roles.yaml'] ?? ''}`;
  const sales = 'workspace: sales\nroles: { closer: { extends: member } }\nmembers: { dee@acme.example: closer }\n';
  return { ...files, 'roles.yaml': roles, 'policies/sales.yaml': sales };
}
