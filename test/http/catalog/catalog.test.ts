import { assert } from 'chai';
import { expectProblem } from '../../support/problem-reply.ts';
import { readAs, wrongActors, wrongTags } from '../../support/reads-as.ts';
import { disposeSidecars, runSidecar, type Reply, type RunningSidecar } from '../../support/running-sidecar.ts';

const roles = `subjectTypes: [user, service]
scopes:
  own: { when: { resource.owner: $subject.id } }
  rest: {}
permissions:
  Tickets:
    ticket:answer: { title: Answer tickets, scopes: [own, rest] }
    ticket:purge: { title: Purge tickets, requires: [ticket:answer], was: [ticket:wipe, ticket:erase] }
  Company:
    member:manage: { title: Manage members, controls: members, caution: Lets the holder invite an admin. }
    billing:view: { title: View invoices, spans: organization, plans: [scale] }
baseline: ["ticket:answer@own"]
roles:
  agent: { title: Agent, description: Answers., grants: [ticket:answer] }
  owner: { title: Owner, grants: ["ticket:answer", "member:*", "billing:*"], spans: organization, holders: "1+" }
defaultRole: agent
plans: [free, scale]
customRoles: { plans: [scale], without: ["billing:*", "ticket:answer@rest"] }
exclusive: [[ticket:purge, member:manage]]
escalation: prevent
`;

const files = {
  'roles.yaml': roles,
  'policies/organization.yaml': 'organization: acme\nplan: scale\nmembers: { olu: owner }\n',
  'policies/support.yaml': 'workspace: support\nmembers: { ana: agent }\n',
};

describe('the catalog over HTTP', () => {
  let running: RunningSidecar;
  before(async () => {
    running = await runSidecar({ files });
  });
  after(disposeSidecars);

  const ask = (headers: Record<string, string> = {}): Promise<Reply> => running.call('/v1/catalog', { headers });

  it('lists permissions by category, in the order of the file, with all that is said of them', async () => {
    const { categories } = await readAs<{ categories: unknown }>(running, '/v1/catalog');
    const plain = { spans: 'workspace', scopes: [], requires: [] };
    assert.deepEqual(categories, [
      {
        category: 'Tickets',
        permissions: [
          { ...plain, permission: 'ticket:answer', title: 'Answer tickets', scopes: ['own', 'rest'] },
          {
            ...plain,
            permission: 'ticket:purge',
            title: 'Purge tickets',
            requires: ['ticket:answer'],
            was: ['ticket:wipe', 'ticket:erase'],
          },
        ],
      },
      {
        category: 'Company',
        permissions: [
          {
            ...plain,
            permission: 'member:manage',
            title: 'Manage members',
            controls: 'members',
            caution: 'Lets the holder invite an admin.',
          },
          {
            ...plain,
            permission: 'billing:view',
            title: 'View invoices',
            spans: 'organization',
            plans: ['scale'],
          },
        ],
      },
    ]);
  });

  it('has the built-in roles, the plans, and what custom roles may not hold', async () => {
    const { roles: listed, ...rest } = await readAs<Record<string, unknown>>(running, '/v1/catalog');
    assert.deepEqual(
      (listed as { role: string }[]).map(({ role }) => role),
      ['agent', 'owner'],
    );
    delete rest['categories'];
    assert.deepEqual(rest, {
      defaultRole: 'agent',
      customRoles: { plans: ['scale'], without: ['ticket:answer@rest', 'billing:view'] },
      baseline: ['ticket:answer@own'],
      exclusive: [['ticket:purge', 'member:manage']],
      plans: ['free', 'scale'],
      escalation: 'prevent',
      subjectTypes: ['user', 'service'],
    });
  });

  it('is not sent again to whoever has it, until it changes', async () => {
    const { headers } = await ask();
    const tag = String(headers['etag']);
    assert.match(tag, /^"[0-9a-f]{24}"$/);
    assert.strictEqual(headers['cache-control'], 'private, no-cache');
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const reply = await ask({ 'If-None-Match': known });
      assert.deepEqual([reply.status, reply.text, reply.headers['etag']], [304, '', tag], known);
    }
    assert.strictEqual((await ask({ 'If-None-Match': '"other"' })).status, 200);
    const text = 'workspace: support\nmembers: { ana: agent, bo: agent }\n';
    await running.folder.write('policies/support.yaml', text);
    await running.live.reload('request');
    assert.strictEqual((await ask({ 'If-None-Match': tag })).status, 304, 'members are not of the catalog');
    await running.folder.write('roles.yaml', roles.replace('View invoices', 'See invoices'));
    await running.live.reload('request');
    assert.strictEqual((await ask({ 'If-None-Match': tag })).status, 200);
  });

  it('is the same for every actor: it is of the product, not of a company', async () => {
    const { status, text } = await ask();
    assert.strictEqual(status, 200);
    for (const actor of ['olu', 'nobody']) assert.strictEqual((await ask({ 'X-Rolebook-Actor': actor })).text, text);
  });

  it('is asked for in one way', async () => {
    for (const query of ['x', 'limit=1', 'after=a', 'minRevision=1', 'minRevision=a&minRevision=b']) {
      const reply = await running.call(`/v1/catalog?${query}`);
      assert.include([400, 409], reply.status, query);
    }
    for (const tags of wrongTags) expectProblem(await ask({ 'If-None-Match': tags }), 400, 'invalid-request');
    for (const [, headers] of wrongActors) expectProblem(await ask(headers), 400, 'invalid-request');
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expectProblem(await running.call('/v1/catalog', { method }), 405, 'method-not-allowed');
    }
  });
});
