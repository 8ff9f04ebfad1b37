import { expect } from 'chai';
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
    expect(reply.status, reply.text).to.equal(200);
    return (reply.json as { decision: unknown }).decision;
  };

  it('allows the team lead and denies the agent, both with 200 and the revision', async () => {
    const revision = running.live.current?.revision;
    const [allowed, denied] = [await ask(lead), await ask(agent)];
    expect(allowed.json).to.deep.equal({ decision: true, revision });
    expect(denied.json).to.deep.equal({ decision: false, revision });
    expect([allowed.status, denied.status]).to.deep.equal([200, 200]);
    expect(allowed.headers['content-type']).to.equal('application/json');
  });

  it('tells the role and the line with ?explain, and what would allow it', async () => {
    const allowed = await ask(lead, '?explain');
    const denied = await ask(agent, '?explain');
    expect(allowed.json).to.have.nested.include({ decision: true, 'reason.code': 'granted' });
    expect(allowed.json).to.have.nested.include({ 'reason.role': 'team-lead', 'reason.file': 'policies/support.yaml' });
    expect(denied.json).to.have.nested.include({ decision: false, 'reason.code': 'not-granted' });
    expect(await ask(agent, '?explain=true')).to.have.nested.property('json.reason');
    expect(await ask(agent, '?')).not.to.have.nested.property('json.reason');
  });

  it('denies whoever and whatever it does not know', async () => {
    expect(await decide({ ...lead, subject: 'mallory@acme.example' })).to.equal(false);
    expect(await decide({ ...lead, workspace: 'sales' })).to.equal(false);
    expect(await decide({ ...lead, permission: 'tag:burn' })).to.equal(false);
    expect(await decide({ ...lead, permission: 'no permission at all' })).to.equal(false);
    expect(await decide({ ...lead, workspace: 'constructor' })).to.equal(false);
    expect(await decide({ ...lead, subject: '__proto__' })).to.equal(false);
    expect(await decide({ ...lead, scope: 'shared' })).to.equal(false);
  });

  it('takes a scope as a text or as a list, and finds it from the resource when it is not named', async () => {
    const send = { subject: 'bo@acme.example', workspace: 'support', permission: 'message:send' };
    expect(await decide({ ...send, scope: 'personal' })).to.equal(true);
    expect(await decide({ ...send, scope: ['personal'] })).to.equal(true);
    expect(await decide({ ...send, scope: 'shared' })).to.equal(false);
    expect(await decide({ ...send, resource: { owner: 'bo@acme.example' } })).to.equal(true);
    expect(await decide({ ...send, resource: { owner: 'ana@acme.example' } })).to.equal(false);
    expect(await decide(send)).to.equal(false);
  });

  it('takes a bare subject as an id of the first type, as it stands, even with a colon', async () => {
    const importer = { type: 'service', id: 'importer' };
    expect(await decide({ ...lead, subject: { type: 'user', id: 'ana@acme.example' } })).to.equal(true);
    expect(await decide({ ...lead, subject: { type: 'service', id: 'ana@acme.example' } })).to.equal(false);
    expect(await decide({ ...lead, subject: importer })).to.equal(true);
    expect(await decide({ ...lead, subject: 'service:importer' })).to.equal(false);
    expect(await decide({ ...lead, subject: 'importer' })).to.equal(false);
  });

  it('never takes a subject for a role or for another way to write a member', async () => {
    for (const subject of ['team-lead', 'role:member', 'role:support/team-lead', 'user:ana@acme.example', '*']) {
      expect(await decide({ ...lead, subject }), subject).to.equal(false);
    }
  });

  it('takes __proto__ and constructor in resource and context for names like any other', async () => {
    const send = { subject: 'bo@acme.example', workspace: 'support', permission: 'message:send' };
    const owner = '"owner": "bo@acme.example"';
    for (const name of ['__proto__', 'constructor', 'prototype', 'hasOwnProperty']) {
      const body = JSON.stringify(send).replace(/\}$/, `, "resource": { "${name}": { ${owner} } } }`);
      expect(await decide(JSON.parse(body) as object), name).to.equal(false);
      const reply = await running.call('/v1/enforce', { method: 'POST', body });
      expect(reply.json, name).to.include({ decision: false });
    }
    expect(({} as { owner?: unknown }).owner).to.equal(undefined);
  });

  it('lets what the policy knows of a member win over what the request says', async () => {
    const subject = { type: 'user', id: 'bo@acme.example', properties: { id: 'ana@acme.example' } };
    const send = { workspace: 'support', permission: 'message:send', resource: { owner: 'ana@acme.example' } };
    expect(await decide({ ...send, subject })).to.equal(false);
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
      expect(problem['pointer'], JSON.stringify(body).slice(0, 80)).to.equal(pointer);
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
    expect((await timed.enforce(request)).json).to.include({ decision: true });
    expect((await timed.enforce(request)).json).to.include({ decision: true });
    nowMs = Date.UTC(2030, 6, 1);
    expect((await timed.enforce(request)).json).to.include({ decision: false });
    await timed.folder.write('policies/support.yaml', files['policies/support.yaml']?.replace('ana@', 'dee@') ?? '');
    await timed.live.reload('files');
    expect((await timed.enforce(request)).json).to.include({ decision: true });
    expect((await timed.enforce(lead)).json).to.include({ decision: false });
  });

  it('tells apart bodies that differ in one byte, and refuses the same bad body each time', async () => {
    const text = JSON.stringify({ ...lead, subject: 'ana\u00e4' });
    const latin1 = Buffer.from(text, 'latin1');
    for (let round = 0; round < 3; round += 1) {
      expect((await running.call('/v1/enforce', { method: 'POST', body: text })).status).to.equal(200);
      expectProblem(await running.call('/v1/enforce', { method: 'POST', body: latin1 }), 400, 'not-utf8');
      expectProblem(await ask({ ...lead, subject: '' }), 400, 'invalid-request');
    }
  });

  it('is answered with 503 and a problem while no policy is live', async () => {
    const unready = await runSidecar({ files: { ...policyWithServices(), 'roles.yaml': 'roles: [' } });
    const reply = await unready.enforce(lead);
    expectProblem(reply, 503, 'no-policy');
    expect(reply.headers['retry-after']).to.equal('1');
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
    expect(reply.json).to.deep.equal({ decisions, revision });
  });

  it('adds reasons with ?explain', async () => {
    const reply = await ask({ requests: [lead, agent] }, '?explain');
    expect(reply.json).to.have.nested.include({ 'decisions[0].reason.code': 'granted' });
    expect(reply.json).to.have.nested.include({ 'decisions[1].reason.code': 'not-granted' });
  });

  it('answers an empty batch with no decisions, and a full one with all of them', async () => {
    const full = await ask({ requests: Array.from({ length: limits.batchRequests }, () => lead) });
    expect((await ask({ requests: [] })).json).to.have.deep.property('decisions', []);
    expect(full.json).to.have.nested.property('decisions.length', limits.batchRequests);
  });

  it('refuses the whole batch for one bad request and points at it', async () => {
    const bad = { ...lead, subject: '' };
    const problem = expectProblem(await ask({ requests: [lead, agent, lead, bad] }), 400, 'invalid-request');
    expect(problem['pointer']).to.equal('/requests/3/subject');
    expect(problem).not.to.have.property('decisions');
  });

  it('refuses more requests than a batch holds, and members beside `requests`', async () => {
    const tooMany = { requests: Array.from({ length: limits.batchRequests + 1 }, () => lead) };
    expect(expectProblem(await ask(tooMany), 400, 'invalid-request')['pointer']).to.equal('/requests');
    expect(expectProblem(await ask({ requests: [], mode: 1 }), 400, 'invalid-request')['pointer']).to.equal('/mode');
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
      expect(performance.now() - startMs).to.be.below(1000);
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
    expect((await ask({ requests: [texts] })).json).to.have.property('decisions');
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
