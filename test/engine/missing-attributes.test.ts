import { assert } from 'chai';
import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { EnforceRequest, Reason } from '../../src/policy/decision.ts';
import type { JsonObject, JsonValue } from '../../src/policy/text/json.ts';
import { ask, engineOf, nowMs } from '../support/compile-yaml.ts';

const files = {
  'roles.yaml': `
scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: $subject.properties.team } }
  large: { when: { resource.days: [20, 30], context.channel: web } }
  open: { when: { resource.isOpen: true } }
  rest: {}
permissions:
  Leave:
    leave:approve: { title: Approve leave, scopes: [self, rest] }
    leave:plan: { title: Plan leave, scopes: [self, team, rest] }
    leave:extend: { title: Extend leave, scopes: [large, rest] }
    leave:see: { title: See leave, scopes: [open] }
    leave:list: List leave
roles:
  member: { grants: [leave:list] }
  lead: { grants: [leave:approve, leave:plan, leave:extend], denies: ["leave:approve@self", "leave:extend@large"] }
  planner: { grants: ["leave:plan@team", "leave:plan@self"] }
  everything: { grants: ["*"] }
`,
  'policies/support.yaml': `
workspace: support
members:
  "12": lead
  pia: { roles: planner, properties: { team: red } }
  pete: planner
  eve: everything
  max: member
  ida: [{ role: lead, until: 2026-01-01 }]
`,
};

describe('what a request does not tell', () => {
  let engine: CasbinEngine;
  before(async () => (engine = await engineOf(files)));

  const reason = (subject: string, permission: string, more: Partial<EnforceRequest> = {}): Reason => {
    const request = ask(subject, permission, more);
    const { decision, reason: told } = engine.explain(request, nowMs);
    assert.strictEqual(engine.decide(request, nowMs), told.code, 'decided and explained alike');
    assert.strictEqual(engine.decideAsked(engine.ask(request, nowMs)), told.code, 'asked first and answered later');
    assert.strictEqual(decision, told.code === 'granted');
    return told;
  };
  const code = (subject: string, permission: string, resource?: JsonObject, context?: JsonObject): string =>
    reason(subject, permission, { resource, context }).code;

  it('never passes a deny: nobody approves their own leave, however the owner is left out', () => {
    assert.strictEqual(code('12', 'leave:approve', { owner: '12' }), 'denied-by-role');
    assert.strictEqual(code('12', 'leave:approve', { owner: 'bo' }), 'granted');
    assert.strictEqual(code('12', 'leave:approve', { owner: null }), 'granted', 'null is nobody');
    const untold: (JsonObject | undefined)[] = [
      undefined,
      {},
      { ownr: '12' },
      { Owner: '12' },
      { owner: 12 },
      { owner: true },
      { owner: { id: '12' } },
      { owner: [['12']] },
      { owner: [12] },
      { owner: ['bo', 12] },
      { owner: [{ id: '12' }] },
      JSON.parse('{"__proto__": {"owner": "bo"}}') as JsonObject,
    ];
    for (const resource of untold)
      assert.strictEqual(code('12', 'leave:approve', resource), 'missing-attribute', JSON.stringify(resource));
  });

  it('changes nothing where every way ends alike', () => {
    assert.strictEqual(code('eve', 'leave:approve'), 'granted', 'granted in every scope');
    assert.strictEqual(code('eve', 'leave:plan', { owner: 7, team: {} }), 'granted');
    assert.strictEqual(code('max', 'leave:approve'), 'not-granted', 'granted in none');
    assert.strictEqual(code('ida', 'leave:approve'), 'grant-expired');
    assert.strictEqual(code('nobody', 'leave:approve'), 'not-a-member');
    assert.strictEqual(code('12', 'leave:list'), 'not-granted', 'no scopes, so nothing is looked up');
  });

  it('is settled by what is told: a scope that holds grants whatever else is unknown, where nothing denies', () => {
    assert.strictEqual(code('pia', 'leave:plan', { team: 'red' }), 'granted', 'the owner may be anybody');
    assert.strictEqual(code('pia', 'leave:plan', { team: 'blue' }), 'missing-attribute', 'her own?');
    assert.strictEqual(code('pia', 'leave:plan', { team: 'blue', owner: 'bo' }), 'not-granted');
    assert.strictEqual(
      code('pete', 'leave:plan', { team: 'red', owner: 'bo' }),
      'missing-attribute',
      'pete has no team',
    );
    assert.strictEqual(code('pete', 'leave:plan', { team: null, owner: 'bo' }), 'not-granted', 'in no team');
  });

  it('does not matter to a `when` of which another pair fails', () => {
    assert.strictEqual(code('12', 'leave:extend', { days: 3 }), 'granted');
    assert.strictEqual(code('12', 'leave:extend', {}, { channel: 'phone' }), 'granted');
    assert.strictEqual(code('12', 'leave:extend', { days: 20 }), 'missing-attribute');
    assert.strictEqual(code('12', 'leave:extend', { days: '20' }, { channel: 'web' }), 'missing-attribute');
    assert.strictEqual(code('12', 'leave:extend', { days: 20 }, { channel: 'web' }), 'denied-by-role');
  });

  it('denies where a scope could be none at all', () => {
    assert.strictEqual(code('eve', 'leave:see', { isOpen: true }), 'granted');
    assert.strictEqual(code('eve', 'leave:see', { isOpen: false }), 'not-in-scope');
    assert.strictEqual(code('eve', 'leave:see'), 'missing-attribute');
    assert.strictEqual(code('eve', 'leave:see', { isOpen: 'true' }), 'missing-attribute');
    assert.strictEqual(code('max', 'leave:see'), 'not-granted');
  });

  it('is not looked at where the request names its scopes', () => {
    assert.strictEqual(reason('12', 'leave:approve', { scopes: ['rest'] }).code, 'granted');
    assert.strictEqual(
      reason('12', 'leave:approve', { scopes: ['self'], resource: { owner: 7 } }).code,
      'denied-by-role',
    );
  });

  it('is named: the paths that are missing, else the sides of another type', () => {
    const told = (resource: JsonValue): Reason =>
      reason('pete', 'leave:plan', { resource: resource as JsonObject, subjectProperties: { team: 7 } });
    assert.deepEqual(told({}).paths, ['resource.owner', 'resource.team']);
    assert.include(told({}).message, '`leave:plan` depends on what the request does not tell');
    assert.include(told({}).message, '`resource.owner` is missing');
    assert.deepEqual(told({ owner: 7, team: null }).paths, ['resource.owner', 'subject.id']);
    assert.include(told({ owner: 7, team: null }).message, '`resource.owner` is of another type than `subject.id`');
    assert.deepEqual(told({ owner: 'bo', team: 'red' }).paths, ['resource.team', 'subject.properties.team']);
    const { paths, message } = reason('pete', 'leave:plan', { resource: { owner: 'bo' } });
    assert.deepEqual(paths, ['resource.team', 'subject.properties.team']);
    assert.include(message, '`resource.team` and `subject.properties.team` are missing');
    const literal = reason('12', 'leave:extend', { resource: { days: '20' }, context: { channel: 'web' } });
    assert.deepEqual(literal.paths, ['resource.days']);
    assert.include(literal.message, '`resource.days` is of another type than what the `when` of scope `large` names');
    assert.notProperty(reason('12', 'leave:approve', { resource: { owner: 'bo' } }), 'paths');
  });

  it('is named of somebody asked about by role alone, too', () => {
    const lead = engine.policy.catalog.roles.get('lead')!;
    const { decision, reason: told } = engine.explainRoles([lead], ask('somebody', 'leave:approve'));
    assert.strictEqual(decision, false);
    assert.deepInclude(told, { code: 'missing-attribute', paths: ['resource.owner'] });
    const answer = engine.explainRoles([lead], ask('somebody', 'leave:approve', { resource: { owner: 'bo' } }));
    assert.strictEqual(answer.reason.code, 'granted');
  });

  it('takes a moment only for two lists as long as a request can make them', () => {
    const team = Array.from({ length: 100_000 }, (_, index) => `team-${index}`);
    const theirs = Array.from({ length: 100_000 }, (_, index) => `other-${index}`);
    const request = ask('pete', 'leave:plan', {
      resource: { owner: 'bo', team },
      subjectProperties: { team: theirs },
    });
    assert.strictEqual(engine.decide(request, nowMs), 'not-granted');
  });
});
