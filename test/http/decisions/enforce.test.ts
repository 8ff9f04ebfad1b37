import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { expectProblem } from '../../support/problem-reply.ts';
import { type Reply, type RunningSidecar, disposeSidecars, runSidecar } from '../../support/running-sidecar.ts';

const lead = { subject: 'ana@acme.example', workspace: 'support', permission: 'tag:create' };
const agent = { subject: 'cy@acme.example', workspace: 'support', permission: 'tag:create' };

describe('POST /v1/enforce', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar({ files: policyWithServices() })));
  after(disposeSidecars);

  const ask = (body: object, query = ''): Promise<Reply> =>
    running.call(`/v1/enforce${query}`, { method: 'POST', body });
  const decide = async (body: object): Promise<unknown> => {
    const reply = await ask(body);
    assert.strictEqual(reply.status, 200, reply.text);
    return (reply.json as { decision: unknown }).decision;
  };

  it('allows the team lead and denies the agent, both with 200 and the revision', async () => {
    const revision = running.live.current?.revision;
    const [allowed, denied] = [await ask(lead), await ask(agent)];
    assert.deepEqual(allowed.json, { decision: true, revision });
    assert.deepEqual(denied.json, { decision: false, revision });
    assert.deepEqual([allowed.status, denied.status], [200, 200]);
    assert.strictEqual(allowed.headers['content-type'], 'application/json');
  });

  it('tells the role and the line with ?explain, and what would allow it', async () => {
    const allowed = await ask(lead, '?explain');
    const denied = await ask(agent, '?explain');
    assert.nestedInclude(allowed.json, { decision: true, 'reason.code': 'granted' });
    assert.nestedInclude(allowed.json, {
      'reason.role': 'team-lead',
      'reason.file': 'policies/support.yaml',
    });
    assert.nestedInclude(denied.json, { decision: false, 'reason.code': 'not-granted' });
    assert.nestedProperty(await ask(agent, '?explain=true'), 'json.reason');
    assert.notNestedProperty(await ask(agent, '?'), 'json.reason');
  });

  it('denies whoever and whatever it does not know', async () => {
    assert.strictEqual(await decide({ ...lead, subject: 'mallory@acme.example' }), false);
    assert.strictEqual(await decide({ ...lead, workspace: 'sales' }), false);
    assert.strictEqual(await decide({ ...lead, permission: 'tag:burn' }), false);
    assert.strictEqual(await decide({ ...lead, permission: 'no permission at all' }), false);
    assert.strictEqual(await decide({ ...lead, workspace: 'constructor' }), false);
    assert.strictEqual(await decide({ ...lead, subject: '__proto__' }), false);
    assert.strictEqual(await decide({ ...lead, scope: 'shared' }), false);
  });

  it('takes a scope as a text or as a list, and finds it from the resource when it is not named', async () => {
    const send = { subject: 'bo@acme.example', workspace: 'support', permission: 'message:send' };
    assert.strictEqual(await decide({ ...send, scope: 'personal' }), true);
    assert.strictEqual(await decide({ ...send, scope: ['personal'] }), true);
    assert.strictEqual(await decide({ ...send, scope: 'shared' }), false);
    assert.strictEqual(await decide({ ...send, resource: { owner: 'bo@acme.example' } }), true);
    assert.strictEqual(await decide({ ...send, resource: { owner: 'ana@acme.example' } }), false);
    assert.strictEqual(await decide(send), false);
  });

  it('takes a bare subject as an id of the first type, as it stands, even with a colon', async () => {
    const importer = { type: 'service', id: 'importer' };
    assert.strictEqual(await decide({ ...lead, subject: { type: 'user', id: 'ana@acme.example' } }), true);
    assert.strictEqual(await decide({ ...lead, subject: { type: 'service', id: 'ana@acme.example' } }), false);
    assert.strictEqual(await decide({ ...lead, subject: importer }), true);
    assert.strictEqual(await decide({ ...lead, subject: 'service:importer' }), false);
    assert.strictEqual(await decide({ ...lead, subject: 'importer' }), false);
  });

  it('never takes a subject for a role or for another way to write a member', async () => {
    for (const subject of ['team-lead', 'role:member', 'role:support/team-lead', 'user:ana@acme.example', '*']) {
      assert.strictEqual(await decide({ ...lead, subject }), false, subject);
    }
  });

  it('takes __proto__ and constructor in resource and context for names like any other', async () => {
    const send = { subject: 'bo@acme.example', workspace: 'support', permission: 'message:send' };
    const owner = '"owner": "bo@acme.example"';
    for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty']) {
      const body = JSON.stringify(send).replace(/\}$/, `, "resource": { "${name}": { ${owner} } } }`);
      assert.strictEqual(await decide(JSON.parse(body) as object), false, name);
      const reply = await running.call('/v1/enforce', { method: 'POST', body });
      assert.include(reply.json as object, { decision: false }, name);
    }
    assert.strictEqual(({} as { owner?: unknown }).owner, undefined);
  });

  it('lets what the policy knows of a member win over what the request says', async () => {
    const subject = { type: 'user', id: 'bo@acme.example', properties: { id: 'ana@acme.example' } };
    const send = { workspace: 'support', permission: 'message:send', resource: { owner: 'ana@acme.example' } };
    assert.strictEqual(await decide({ ...send, subject }), false);
  });

  it('points at what is wrong in a request', async () => {
    const pointers: [object, string][] = [
      [{ workspace: 'support', permission: 'tag:create' }, ''],
      [{ ...lead, subject: 7 }, '/subject'],
      [{ ...lead, subject: '' }, '/subject'],
      [{ ...lead, subject: 'a"b' }, '/subject'],
      [{ ...lead, subject: ' ana' }, '/subject'],
      [{ ...lead, subject: 'a\u0000' }, '/subject'],
      [{ ...lead, subject: '\ud83d' }, '/subject'],
      [{ ...lead, subject: 'x'.repeat(limits.subjectIdCharacters + 1) }, '/subject'],
      [{ ...lead, subject: { type: 'user', id: 'a(b' } }, '/subject/id'],
      [{ ...lead, subject: { type: 'user', id: 'a', admin: true } }, '/subject/admin'],
      [{ ...lead, workspace: null }, '/workspace'],
      [{ ...lead, permission: ['tag:create'] }, '/permission'],
      [{ ...lead, scope: [] }, '/scope'],
      [{ ...lead, scope: ['a', ''] }, '/scope/1'],
      [{ ...lead, resource: 'owner' }, '/resource'],
      [{ ...lead, context: [] }, '/context'],
      [{ ...lead, decision: true }, '/decision'],
    ];
    for (const [body, pointer] of pointers) {
      const problem = expectProblem(await ask(body), 400, 'invalid-request');
      assert.strictEqual(problem['pointer'], pointer, JSON.stringify(body).slice(0, 80));
    }
    expectProblem(await ask({ ...lead, scope: ['a', 'a'] }), 400, 'invalid-request');
  });

  it('refuses query parameters it does not know, so that a typing mistake is noticed', async () => {
    for (const query of ['?expain', '?explain=no', '?explain&explain', '?explain&trace', '?__proto__=1']) {
      expectProblem(await ask(lead, query), 400, 'unknown-parameter');
    }
  });

  it('is decided anew each time, although the same bytes were read before', async () => {
    const files = smallPolicy();
    const dee = '  dee@acme.example: [{ role: team-lead, until: 2030-06-30 }]\n';
    let nowMs = Date.UTC(2030, 5, 30, 12);
    const timed = await runSidecar({
      files: { ...files, 'policies/support.yaml': `${files['policies/support.yaml'] ?? ''}${dee}` },
      now: () => nowMs,
    });
    const request = { ...lead, subject: 'dee@acme.example' };
    assert.include((await timed.enforce(request)).json as object, { decision: true });
    assert.include((await timed.enforce(request)).json as object, { decision: true });
    nowMs = Date.UTC(2030, 6, 1);
    assert.include((await timed.enforce(request)).json as object, { decision: false });
    await timed.folder.write('policies/support.yaml', files['policies/support.yaml']?.replace('ana@', 'dee@') ?? '');
    await timed.live.reload('files');
    assert.include((await timed.enforce(request)).json as object, { decision: true });
    assert.include((await timed.enforce(lead)).json as object, { decision: false });
  });

  it('tells apart bodies that differ in one byte, and refuses the same bad body each time', async () => {
    const text = JSON.stringify({ ...lead, subject: 'ana\u00e4' });
    const latin1 = Buffer.from(text, 'latin1');
    for (let round = 0; round < 3; round += 1) {
      assert.strictEqual((await running.call('/v1/enforce', { method: 'POST', body: text })).status, 200);
      expectProblem(await running.call('/v1/enforce', { method: 'POST', body: latin1 }), 400, 'not-utf8');
      expectProblem(await ask({ ...lead, subject: '' }), 400, 'invalid-request');
    }
  });

  it('is answered with 503 and a problem while no policy is live', async () => {
    const unready = await runSidecar({ files: { ...policyWithServices(), 'roles.yaml': 'roles: [' } });
    const reply = await unready.enforce(lead);
    expectProblem(reply, 503, 'no-policy');
    assert.strictEqual(reply.headers['retry-after'], '1');
  });
});

describe('POST /v1/enforce/batch', () => {
  let running: RunningSidecar;
  before(async () => (running = await runSidecar()));
  after(disposeSidecars);

  const ask = (body: object, query = ''): Promise<Reply> =>
    running.call(`/v1/enforce/batch${query}`, { method: 'POST', body });

  it('answers each request in its place, all from one revision', async () => {
    const revision = running.live.current?.revision;
    const reply = await ask({ requests: [lead, agent, { ...lead, workspace: 'sales' }, lead] });
    const decisions = [true, false, false, true].map((decision) => ({ decision }));
    assert.deepEqual(reply.json, { decisions, revision });
  });

  it('adds reasons with ?explain', async () => {
    const reply = await ask({ requests: [lead, agent] }, '?explain');
    assert.nestedInclude(reply.json, { 'decisions[0].reason.code': 'granted' });
    assert.nestedInclude(reply.json, { 'decisions[1].reason.code': 'not-granted' });
  });

  it('answers an empty batch with no decisions, and a full one with all of them', async () => {
    const full = await ask({ requests: Array.from({ length: limits.batchRequests }, () => lead) });
    assert.deepPropertyVal((await ask({ requests: [] })).json, 'decisions', []);
    assert.nestedPropertyVal(full.json, 'decisions.length', limits.batchRequests);
  });

  it('refuses the whole batch for one bad request and points at it', async () => {
    const bad = { ...lead, subject: '' };
    const problem = expectProblem(await ask({ requests: [lead, agent, lead, bad] }), 400, 'invalid-request');
    assert.strictEqual(problem['pointer'], '/requests/3/subject');
    assert.notProperty(problem, 'decisions');
  });

  it('refuses more requests than a batch holds, and members beside `requests`', async () => {
    const tooMany = { requests: Array.from({ length: limits.batchRequests + 1 }, () => lead) };
    assert.strictEqual(expectProblem(await ask(tooMany), 400, 'invalid-request')['pointer'], '/requests');
    assert.strictEqual(expectProblem(await ask({ requests: [], mode: 1 }), 400, 'invalid-request')['pointer'], '/mode');
    expectProblem(await ask({}), 400, 'invalid-request');
    expectProblem(await ask({ requests: lead }), 400, 'invalid-request');
    expectProblem(await ask({ requests: [null] }), 400, 'invalid-request');
  });

  it('turns a crowd of violations away quickly', async () => {
    const crowds = [
      { requests: [Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, 0]))] },
      { requests: Array.from({ length: 60_000 }, () => 0) },
      { requests: Array.from({ length: 1000 }, () => 0) },
      { requests: [{ ...lead, scope: Array.from({ length: 60_000 }, () => 'a') }] },
    ];
    for (const body of crowds) {
      const startMs = performance.now();
      expectProblem(await ask(body), 400, 'invalid-request');
      assert.isBelow(performance.now() - startMs, 1000);
    }
  });

  it('takes no batch of more small parts than a thousand requests have, before it reads any of them', async () => {
    const crowds = [
      { requests: [Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, 0]))] },
      { requests: Array.from({ length: 400_000 }, () => 0) },
      { requests: [{ ...lead, scope: Array.from({ length: 200_000 }, () => 'a') }] },
      { requests: [{ ...lead, resource: { list: Array.from({ length: 300_000 }, () => []) } }] },
    ];
    for (const body of crowds) expectProblem(await ask(body), 413, 'body-too-large');
    // Commas in texts are no parts, and what is no JSON at all is told as that.
    const texts = { ...lead, resource: { text: ',:[{"\\'.repeat(100_000) } };
    assert.property((await ask({ requests: [texts] })).json, 'decisions');
    expectProblem(
      await running.call('/v1/enforce/batch', { method: 'POST', body: `{"a${'\\"'.repeat(90_000)}` }),
      400,
      'malformed-json',
    );
  });
});

function policyWithServices(): Record<string, string> {
  const files = smallPolicy();
  const members = `${files['policies/support.yaml'] ?? ''}  service:importer: team-lead\n`;
  const roles = `subjectTypes: [user, service]\n\n${files['roles.yaml'] ?? ''}`;
  return { ...files, 'roles.yaml': roles, 'policies/support.yaml': members };
}
