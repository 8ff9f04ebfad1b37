import { expect } from 'chai';
import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
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
    expect(allows('self', { scopes: ['self'] })).to.equal(true);
    expect(allows('self', { scopes: ['team'] })).to.equal(false);
    expect(allows('self', { scopes: ['team', 'self'] }), 'a grant reaches any of its scopes').to.equal(true);
    expect(allows('team', { scopes: ['self', 'team'] })).to.equal(true);
  });

  it('win over what the resource says, when named', () => {
    expect(allows('rest', { scopes: ['rest'], resource: { owner: 'rest' } })).to.equal(true);
    expect(allows('self', { scopes: ['rest'], resource: { owner: 'self' } })).to.equal(false);
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
      expect(code('self', { scopes }), scopes.join()).to.equal('unknown-scope');
    }
    expect(code('rest', { scopes: ['-'] }, 'doc:plain')).to.equal('unknown-scope');
    expect(code('rest', { scopes: ['rest'] }, 'doc:plain')).to.equal('unknown-scope');
    expect(code('rest', {}, 'doc:plain')).to.equal('granted');
  });

  it('are found from the owner', () => {
    expect(allows('self', { resource: { owner: 'self' } })).to.equal(true);
    expect(allows('self', { resource: { owner: 'Self' } })).to.equal(false);
    expect(allows('self', { resource: { owner: ['bo', 'self'] } })).to.equal(true);
    expect(allows('self', { resource: { owner: ['bo'] } })).to.equal(false);
  });

  it('are found from properties of the member, which win over those of the request', () => {
    expect(allows('team', { resource: { team: 'red' } })).to.equal(true);
    expect(allows('team', { resource: { team: 'blue' } })).to.equal(false);
    expect(allows('team', { resource: { team: 'blue' }, subjectProperties: { team: 'blue' } })).to.equal(false);
  });

  it('hold for a list that contains the other side, and never for two lists', () => {
    expect(code('self', { resource: { team: 'blue' } }), 'in the team, which self does not grant').to.equal(
      'not-granted',
    );
    expect(allows('rest', { resource: { team: 'green' } })).to.equal(true);
    expect(allows('rest', { resource: { team: ['red'] } })).to.equal(false);
    expect(allows('rest', { resource: { team: [['red']] } })).to.equal(true);
    expect(allows('self', { resource: { team: ['red', 'blue'], owner: 'self' } })).to.equal(true);
  });

  it('need every pair of a `when`', () => {
    expect(allows('open', { resource: { status: 'open' }, context: { channel: 'web' } })).to.equal(true);
    expect(allows('open', { resource: { status: 'open' } })).to.equal(false);
    expect(allows('open', { resource: { status: 'shut' }, context: { channel: 'web' } })).to.equal(false);
    expect(allows('open', { resource: { status: 7 }, context: { channel: 'web' } })).to.equal(true);
    expect(allows('open', { resource: { status: '7' }, context: { channel: 'web' } }), 'text is not a number').to.equal(
      false,
    );
    expect(allows('open', { resource: { status: true }, context: { channel: 'web' } })).to.equal(true);
    expect(allows('open', { resource: { status: 'true' }, context: { channel: 'web' } })).to.equal(false);
  });

  it('never hold by what is missing, null, an object, or on every object', () => {
    for (const resource of [
      {},
      { owner: null },
      { owner: {} },
      { owner: { id: 'self' } },
      { owner: '' },
      { owner: [null] },
    ]) {
      expect(allows('self', { resource }), JSON.stringify(resource)).to.equal(false);
    }
    const polluted = JSON.parse('{"__proto__": {"owner": "self"}}') as Record<string, string>;
    expect(allows('self', { resource: polluted })).to.equal(false);
    expect(allows('self', { resource: Object.create({ owner: 'self' }) as Record<string, string> })).to.equal(false);
  });

  it('are the rest when no other holds, and none where there is no rest', () => {
    expect(allows('rest', {})).to.equal(true);
    expect(allows('rest', { resource: { owner: 'rest' } })).to.equal(false);
    expect(code('self', {}, 'doc:own')).to.equal('not-in-scope');
    expect(code('self', { resource: { owner: 'self' } }, 'doc:own')).to.equal('granted');
  });
});
