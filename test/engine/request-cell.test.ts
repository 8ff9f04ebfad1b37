import { assert } from 'chai';
import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import type { JsonValue } from '../../src/policy/text/json.ts';
import { ask, engineOf, nowMs } from '../support/compile-yaml.ts';

// Each scope is granted to a role of its own, so the roles that allow a request tell its scopes.
const files = {
  'roles.yaml': `
scopes:
  self: { when: { resource.owner: $subject.id } }
  team: { when: { resource.team: $subject.properties.team } }
  open: { when: { resource.status: [open, 7, true], context.channel: web } }
  rest: {}
permissions:
  A:
    doc:edit: { title: Edit, scopes: [self, team, open, rest] }
    doc:own: { title: Own, scopes: [self] }
    doc:plain: Plain
roles:
  self: { grants: ["doc:edit@self", "doc:own"] }
  team: { grants: ["doc:edit@team"] }
  open: { grants: ["doc:edit@open"] }
  rest: { grants: ["doc:edit@rest", "doc:plain"] }
`,
  'policies/support.yaml': `
workspace: support
members:
  self: { roles: self, properties: { team: [red, blue] } }
  team: { roles: team, properties: { team: red } }
  open: { roles: open, properties: { nested: { __x: 1 } } }
  rest: { roles: rest, properties: { team: red } }
`,
};

describe('the scopes of a request', () => {
  let engine: CasbinEngine;
  before(async () => (engine = await engineOf(files)));

  const allows = (subject: string, more: Partial<EnforceRequest>, permission = 'doc:edit'): boolean =>
    engine.decide(ask(subject, permission, more), nowMs) === 'granted';
  const code = (subject: string, more: Partial<EnforceRequest>, permission = 'doc:edit'): string =>
    engine.decide(ask(subject, permission, more), nowMs);

  it('are those it names', () => {
    assert.strictEqual(allows('self', { scopes: ['self'] }), true);
    assert.strictEqual(allows('self', { scopes: ['team'] }), false);
    assert.strictEqual(allows('self', { scopes: ['team', 'self'] }), true, 'a grant reaches any of its scopes');
    assert.strictEqual(allows('team', { scopes: ['self', 'team'] }), true);
  });

  it('win over what the resource says, when named', () => {
    assert.strictEqual(allows('rest', { scopes: ['rest'], resource: { owner: 'rest' } }), true);
    assert.strictEqual(allows('self', { scopes: ['rest'], resource: { owner: 'self' } }), false);
  });

  it('are unknown when misspelt, joined by hand, empty, or named for a permission without any', () => {
    for (const scopes of [
      ['slef'],
      ['self+team'],
      [''],
      [],
      ['self', 'self'],
      ['rest', 'self'],
      ['-'],
      ['*'],
      ['__proto__'],
    ]) {
      assert.strictEqual(code('self', { scopes }), 'unknown-scope', scopes.join());
    }
    assert.strictEqual(code('rest', { scopes: ['-'] }, 'doc:plain'), 'unknown-scope');
    assert.strictEqual(code('rest', { scopes: ['rest'] }, 'doc:plain'), 'unknown-scope');
    assert.strictEqual(code('rest', {}, 'doc:plain'), 'granted');
  });

  it('are found from the owner', () => {
    assert.strictEqual(allows('self', { resource: { owner: 'self' } }), true);
    assert.strictEqual(allows('self', { resource: { owner: 'Self' } }), false);
    assert.strictEqual(allows('self', { resource: { owner: ['bo', 'self'] } }), true);
    assert.strictEqual(allows('self', { resource: { owner: ['bo'] } }), false);
  });

  it('are found from properties of the member, which win over those of the request', () => {
    assert.strictEqual(allows('team', { resource: { team: 'red' } }), true);
    assert.strictEqual(allows('team', { resource: { team: 'blue' } }), false);
    assert.strictEqual(allows('team', { resource: { team: 'blue' }, subjectProperties: { team: 'blue' } }), false);
  });

  it('hold for a list that contains the other side, and for two lists that share an element', () => {
    const others = { owner: 'zoe', status: null };
    assert.strictEqual(allows('team', { resource: { ...others, team: ['blue', 'red'] } }), true);
    assert.strictEqual(allows('rest', { resource: { ...others, team: ['blue', 'green'] } }), true);
    assert.strictEqual(allows('rest', { resource: { ...others, team: ['blue', 'red'] } }), false);
    assert.strictEqual(allows('rest', { resource: { ...others, team: [] } }), true, 'an empty list has nothing');
    assert.strictEqual(code('self', { resource: { ...others, team: ['blue', 'green'] } }), 'not-granted', 'team');
    assert.strictEqual(allows('self', { resource: { team: ['red', 'blue'], owner: 'self' } }), true);
  });

  it('need every pair of a `when`', () => {
    const asked = (status: JsonValue, channel: JsonValue): string =>
      code('open', { resource: { owner: 'zoe', team: null, status }, context: { channel } });
    assert.strictEqual(asked('open', 'web'), 'granted');
    assert.strictEqual(asked(7, 'web'), 'granted');
    assert.strictEqual(asked(true, 'web'), 'granted');
    assert.strictEqual(asked('open', 'phone'), 'not-granted');
    assert.strictEqual(asked(null, 'web'), 'not-granted');
    assert.strictEqual(asked('open', null), 'not-granted');
  });

  it('are not what is inherited by every object', () => {
    const polluted = JSON.parse('{"__proto__": {"owner": "self"}}') as Record<string, string>;
    assert.strictEqual(allows('self', { resource: polluted }), false);
    assert.strictEqual(allows('self', { resource: Object.create({ owner: 'self' }) as Record<string, string> }), false);
  });

  it('are the rest when no other holds, and none where there is no rest', () => {
    const nobody = { owner: null, team: null, status: null };
    assert.strictEqual(allows('rest', { resource: nobody }), true);
    assert.strictEqual(allows('rest', { resource: { ...nobody, owner: 'rest' } }), false);
    assert.strictEqual(code('self', { resource: nobody }, 'doc:own'), 'not-in-scope');
    assert.strictEqual(code('self', { resource: { owner: 'self' } }, 'doc:own'), 'granted');
  });
});
