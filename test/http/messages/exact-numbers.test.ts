import { assert } from 'chai';
import { expectProblem } from '../../support/problem-reply.ts';
import { disposeSidecars, runSidecar, type RunningSidecar } from '../../support/running-sidecar.ts';

const roles = `
scopes:
  own: { when: { resource.account: $subject.properties.account } }
  listed: { when: { resource.account: [9007199254740992, 0.1] } }
  rest: {}
permissions:
  Accounts:
    account:read: { title: Read, scopes: [own, rest] }
    account:list: { title: List, scopes: [listed, rest] }
roles:
  customer: { title: Customer, grants: ["account:read@own", "account:list@listed"] }
`;
const members = (account: string): string => `workspace: support
members:
  ana@acme.example: { roles: customer, properties: { account: ${account} } }
`;

const body = (permission: string, account: string): string =>
  `{"subject":"ana@acme.example","workspace":"support","permission":"${permission}","resource":{"account":${account}}}`;

const inexact = [
  ...['9007199254740993', '-9007199254740993', '9007199254740993.0', '9007199254740993e0', '9.007199254740993E15'],
  ...['18446744073709551615', '1e400', '-1e309', '1e-400', '1.00000000000000000001', '9'.repeat(1000)],
];

describe('a number in a request', () => {
  let running: RunningSidecar;
  before(async () => {
    const files = { 'roles.yaml': roles, 'policies/support.yaml': members('"9007199254740993"') };
    running = await runSidecar({ files });
  });
  after(disposeSidecars);

  const decision = async (permission: string, account: string): Promise<unknown> => {
    const reply = await running.enforce(body(permission, account));
    assert.strictEqual(reply.status, 200, reply.text);
    return (reply.json as { decision: boolean }).decision;
  };

  it('decides where a double holds it, and as a text is compared digit by digit', async () => {
    assert.strictEqual(await decision('account:list', '9007199254740992'), true);
    assert.strictEqual(await decision('account:list', '9007199254740994'), false);
    assert.strictEqual(await decision('account:list', '0.1'), true);
    assert.strictEqual(await decision('account:list', '0.10'), true);
    assert.strictEqual(await decision('account:list', '1e-1'), true);
    assert.strictEqual(await decision('account:list', '0.2'), false);
    assert.strictEqual(await decision('account:read', '"9007199254740993"'), true);
    assert.strictEqual(await decision('account:read', '"9007199254740992"'), false);
    assert.strictEqual(await decision('account:read', '9007199254740994'), false);
  });

  it('is refused where it would be taken for another, wherever it stands, by its place, and is not repeated', async () => {
    for (const account of inexact) {
      const whole = body('account:list', account);
      const properties = `{"subject":{"type":"user","id":"ana@acme.example","properties":{"account":${account}}},"workspace":"w"}`;
      const member = `{"roles":[{"role":"customer","until":${account}}],"actor":"ana@acme.example"}`;
      const path = '/v1/workspaces/support/members/ana';
      const doors: readonly (readonly [pointer: string, text: string, path?: string, method?: string])[] = [
        ['/resource/account', whole],
        ['/resource/account/1/a', body('account:list', `[1,{"a":${account}}]`)],
        ['/context/account', whole.replace('resource', 'context')],
        ['/subject/properties/account', properties],
        ['/n~1a', `{"n/a":${account}}`],
        ['', account],
        ['/requests/1/resource/account', `{"requests":[${body('account:list', '1')},${whole}]}`, '/v1/enforce/batch'],
        ['/requests/0', `{"requests":[${account}]}`, '/v1/enforce/batch'],
        ['/roles/0/until', member, path, 'PUT'],
      ];
      for (const [pointer, text, to = '/v1/enforce', method = 'POST'] of doors) {
        const reply = await running.call(to, { method, body: text });
        const problem = expectProblem(reply, 400, 'inexact-number');
        assert.strictEqual(problem['pointer'], pointer, text.slice(0, 200));
        assert.notInclude(reply.text, account);
        const unsigned = text.lastIndexOf(account) + (account.startsWith('-') ? 1 : 0);
        assert.include(reply.text, `character ${unsigned + 1} `);
      }
    }
  });

  it('that only looks like one, in a text or a name, is read as ever', async () => {
    for (const account of inexact) {
      assert.strictEqual(await decision('account:list', `"${account}"`), false);
      assert.strictEqual(await decision('account:list', `{"${account}":"\\"${account}"}`), false);
    }
  });

  it('in the policy keeps the last good one live when it cannot be held exactly', async () => {
    const before = running.live.current?.revision;
    await running.folder.write('policies/support.yaml', members('9007199254740993'));
    const reply = await running.call('/v1/policy/reload', { method: 'POST' });
    expectProblem(reply, 422, 'invalid-policy');
    assert.include(reply.text, 'inexact-number');
    assert.strictEqual(running.live.current?.revision, before);
    assert.strictEqual(await decision('account:read', '"9007199254740993"'), true);
    await running.folder.write('policies/support.yaml', members('9007199254740992'));
    await running.live.reload('request');
    assert.strictEqual(await decision('account:read', '9007199254740992'), true);
    assert.strictEqual(await decision('account:read', '"9007199254740992"'), false);
  });
});
