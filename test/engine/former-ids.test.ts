import { assert } from 'chai';
import { describeRole, rolesOf } from '../../src/engine/role-listing.ts';
import { listPermissions } from '../../src/engine/permission-listing.ts';
import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import { ask, engineOf, nowMs } from '../support/compile-yaml.ts';

const files = {
  'roles.yaml': `scopes:
  own: { when: { resource.owner: $subject.id } }
  rest: {}
permissions:
  All:
    thread:send: { title: Send, was: message:send, scopes: [own, rest] }
    label:create: { title: Create labels, was: tag:create }
    topic:create: { title: Create topics, was: tag:create }
    topic:drop: { title: Drop topics }
roles:
  member: { grants: ["message:send@own"] }
  writer: { grants: [tag:create] }
  topics: { grants: ["topic:create"] }
  labels: { grants: ["label:create"] }
  mute: { grants: [], denies: ["label:create"] }
`,
  'policies/help.yaml': `workspace: help
formerly: support
members:
  ana: [member, writer]
  bo: topics
  cy: [topics, labels]
  dan: [writer, mute]
  eve: [{ role: writer, until: 2026-11-19 }]
`,
};

describe('a request by a former id', () => {
  let engine: CasbinEngine;
  before(async () => (engine = await engineOf(files)));

  const codeOf = (subject: string, permission: string, more: Partial<EnforceRequest> = {}): string => {
    const request = ask(subject, permission, more);
    const [decided, explained] = [engine.decide(request, nowMs), engine.explain(request, nowMs)];
    assert.strictEqual(explained.reason.code, decided);
    assert.strictEqual(explained.decision, decided === 'granted');
    const asked = engine.ask(request, nowMs);
    assert.strictEqual(engine.decideAsked(asked), decided);
    assert.deepEqual(engine.explainAsked(request, asked), explained);
    return decided;
  };
  const why = (subject: string, permission: string, more: Partial<EnforceRequest> = {}): string =>
    engine.explain(ask(subject, permission, more), nowMs).reason.message;

  it('is decided as by the id of now, with what it says of scopes and attributes', () => {
    for (const workspace of ['help', 'support']) {
      for (const permission of ['thread:send', 'message:send']) {
        const asked = (more: Partial<EnforceRequest>): string => codeOf('ana', permission, { workspace, ...more });
        assert.equal(asked({ scopes: ['own'] }), 'granted');
        assert.equal(asked({ scopes: ['rest'] }), 'not-granted');
        assert.equal(asked({ scopes: ['nowhere'] }), 'unknown-scope');
        assert.equal(asked({ resource: { owner: 'ana' } }), 'granted');
        assert.equal(asked({ resource: { owner: 'bo' } }), 'not-granted');
        assert.equal(asked({}), 'missing-attribute');
      }
    }
    assert.equal(codeOf('ana', 'message:read'), 'unknown-permission');
    assert.equal(codeOf('ana', 'thread:send', { workspace: 'sales' }), 'unknown-workspace');
    assert.equal(codeOf('nobody', 'message:send', { scopes: ['own'] }), 'not-a-member');
  });

  it('of a permission that was split is allowed when every part is', () => {
    assert.equal(codeOf('ana', 'tag:create'), 'granted');
    assert.equal(codeOf('bo', 'tag:create'), 'not-granted');
    assert.equal(codeOf('cy', 'tag:create'), 'granted');
    assert.equal(codeOf('dan', 'tag:create'), 'denied-by-role');
    assert.equal(codeOf('eve', 'tag:create'), 'grant-expired');
    assert.equal(codeOf('cy', 'tag:create', { scopes: ['own'] }), 'unknown-scope');
    assert.equal(codeOf('bo', 'topic:create'), 'granted');
  });

  it('is explained by the part that decides', () => {
    assert.equal(why('ana', 'tag:create'), 'role `writer` grants it (roles.yaml:12:22)');
    assert.equal(
      why('bo', 'tag:create'),
      "none of the subject's roles grants `label:create`; these would: `writer`, `labels`",
    );
    assert.equal(why('dan', 'tag:create'), 'role `mute` denies it (roles.yaml:15:32)');
    assert.equal(
      why('ana', 'message:send', { scopes: ['nowhere'] }),
      '`message:send` has no scope `nowhere`; it has `own`, `rest`',
    );
    assert.equal(
      why('ana', 'message:send'),
      '`message:send` depends on what the request does not tell: `resource.owner` is missing',
    );
    assert.equal(why('nobody', 'tag:create'), 'the subject has no role in workspace `help`');
  });

  it('is in the list of what somebody may, behind the ids of now, with what it has become', () => {
    const workspace = engine.policy.workspaces.get('help') ?? assert.fail();
    const listed = (id: string): string[] =>
      listPermissions(engine, workspace, { type: 'user', id }, nowMs).permissions.map(
        ({ permission, decision, scopes, movedTo }) =>
          `${permission}: ${decision}${scopes ? ` ${JSON.stringify(scopes)}` : ''}${movedTo ? `, now ${movedTo.join()}` : ''}`,
      );
    assert.deepEqual(listed('ana'), [
      'thread:send: true {"own":true,"rest":false}',
      'label:create: true',
      'topic:create: true',
      'topic:drop: false',
      'message:send: true {"own":true,"rest":false}, now thread:send',
      'tag:create: true, now label:create,topic:create',
    ]);
    assert.include(listed('bo'), 'topic:create: true');
    assert.include(listed('bo'), 'tag:create: false, now label:create,topic:create');
    const [member] = rolesOf(engine.policy, workspace).map(describeRole);
    assert.deepEqual(member?.grants, ['thread:send@own']);
  });
});
