import { expect } from 'chai';
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
    expect(reply.status, reply.text).to.equal(200);
    return (reply.json as { decision: boolean }).decision;
  };

  it('decides where a double holds it, and as a text is compared digit by digit', async () => {
    expect(await decision('account:list', '9007199254740992')).to.equal(true);
    expect(await decision('account:list', '9007199254740994')).to.equal(false);
    expect(await decision('account:list', '0.1')).to.equal(true);
    expect(await decision('account:list', '0.10')).to.equal(true);
    expect(await decision('account:list', '1e-1')).to.equal(true);
    expect(await decision('account:list', '0.2')).to.equal(false);
    expect(await decision('account:read', '"9007199254740993"')).to.equal(true);
    expect(await decision('account:read', '"9007199254740992"')).to.equal(false);
    expect(await decision('account:read', '9007199254740994')).to.equal(false);
  });

  it('is refused where it would be taken for another, wherever it stands, and is not repeated', async () => {
    for (const account of inexact) {
      const whole = body('account:list', account);
      const bodies = [whole, body('account:list', `[1,{"a":${account}}]`), whole.replace('resource', 'context')];
      bodies.push(
        `{"subject":{"type":"user","id":"ana@acme.example","properties":{"account":${account}}},"workspace":"w"}`,
      );
      for (const text of bodies) {
        const reply = await running.enforce(text);
        expectProblem(reply, 400, 'inexact-number');
        expect(reply.text).not.to.include(account);
      }
      const batch = `{"requests":[${body('account:list', '1')},${whole}]}`;
      const reply = await running.call('/v1/enforce/batch', { method: 'POST', body: batch });
      expectProblem(reply, 400, 'inexact-number');
      expect(reply.text).to.include(`character ${batch.lastIndexOf(account.replace(/^-/, '')) + 1} `);
    }
  });

  it('that only looks like one, in a text or a name, is read as ever', async () => {
    for (const account of inexact) {
      expect(await decision('account:list', `"${account}"`)).to.equal(false);
      expect(await decision('account:list', `{"${account}":"\\"${account}"}`)).to.equal(false);
    }
  });

  it('in the policy keeps the last good one live when it cannot be held exactly', async () => {
    const before = running.live.current?.revision;
    await running.folder.write('policies/support.yaml', members('9007199254740993'));
    const reply = await running.call('/v1/policy/reload', { method: 'POST' });
    expectProblem(reply, 422, 'invalid-policy');
    expect(reply.text).to.include('inexact-number');
    expect(running.live.current?.revision).to.equal(before);
    expect(await decision('account:read', '"9007199254740993"')).to.equal(true);
    await running.folder.write('policies/support.yaml', members('9007199254740992'));
    await running.live.reload('request');
    expect(await decision('account:read', '9007199254740992')).to.equal(true);
    expect(await decision('account:read', '"9007199254740992"')).to.equal(false);
  });
});
