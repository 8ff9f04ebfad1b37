import { assert } from 'chai';
import type { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { sightOf, type Sight, type Viewer } from '../../../src/review/access/sight.ts';
import { ask, engineOf } from '../../support/compile-yaml.ts';
import { groupPolicyFiles } from '../../support/group-policy.ts';

const place = { kind: 'workspace', id: 'support' } as const;

describe('what somebody sees', () => {
  let engine: CasbinEngine;
  before(async () => {
    engine = await engineOf(groupPolicyFiles());
  });

  const look = (viewer: Viewer, at = '2026-11-20', where: Parameters<typeof sightOf>[1]['place'] = place): Sight => {
    const sight = sightOf(engine, { place: where, viewer, atMs: Date.parse(at) });
    if (!sight) throw new Error('there is no such place');
    return sight;
  };
  const roles = (...ids: string[]): Viewer => ({ kind: 'roles', roles: ids });
  const user = (id: string): Viewer => ({ kind: 'subject', subject: { type: 'user', id } });
  const allowed = ({ permissions }: Sight): string[] =>
    permissions.filter(({ decision }) => decision).map(({ permission }) => permission);
  const of = (sight: Sight, id: string): object => sight.permissions.find(({ permission }) => permission === id) ?? {};

  it('adds up over several roles, and says which of them gives what', () => {
    assert.deepEqual(allowed(look(roles('agent'))), ['ticket:answer', 'ticket:close']);
    const both = look(roles('agent', 'seller'));
    assert.deepEqual(allowed(both), ['ticket:answer', 'ticket:close', 'invoice:create']);
    assert.deepInclude(of(both, 'invoice:create'), { roles: ['seller'], deniedBy: [] });
    assert.deepEqual(both.roles, [
      { role: 'agent', title: 'Agent' },
      { role: 'seller', title: 'Seller' },
    ]);
  });

  it('names the role that denies what another gives, and none where nobody gives it', () => {
    const silenced = look(roles('agent', 'silent'));
    assert.deepInclude(of(silenced, 'ticket:close'), { decision: false, roles: [], deniedBy: ['silent'] });
    assert.deepInclude(of(silenced, 'member:manage'), { decision: false, deniedBy: [] });
    assert.deepInclude(of(look(roles('silent')), 'ticket:close'), { decision: false, deniedBy: [] });
  });

  it('is as of the day that is asked for', () => {
    assert.notInclude(allowed(look(user('eve'))), 'member:manage');
    assert.include(allowed(look(user('eve'), '2999-12-01')), 'member:manage');
    assert.include(allowed(look(user('zoe'), '2026-11-19T23:59:59Z')), 'member:manage');
    assert.notInclude(allowed(look(user('zoe'), '2026-11-20')), 'member:manage');
  });

  it('is through groups as well, and nothing of who is nobody there', () => {
    assert.deepEqual(look(user('dan')).roles, [{ role: 'agent', title: 'Agent', group: 'desk' }]);
    assert.deepEqual(allowed(look(user('nobody'))), []);
    assert.deepEqual(allowed(look(roles())), []);
    assert.deepEqual(allowed(look(roles('nothing-like-it'))), []);
  });

  it('of a company itself is what belongs to the company', () => {
    const company = { kind: 'organization', id: 'acme' } as const;
    assert.isEmpty(look(user('olu'), '2026-11-20', company).permissions);
    assert.deepEqual(
      look(user('bea'), '2026-11-20', company).roles.map(({ role }) => role),
      ['auditor'],
    );
    assert.isUndefined(sightOf(engine, { place: { kind: 'workspace', id: 'acme' }, viewer: user('olu'), atMs: 0 }));
  });

  it('is what the engine decides, of every role and every pair of them', () => {
    const ids = ['agent', 'manager', 'half-manager', 'seller', 'voider', 'lead', 'silent', 'admin', 'auditor'];
    const workspace = engine.policy.workspaces.get('support');
    if (!workspace) throw new Error('there is no such workspace');
    for (const first of ids) {
      for (const second of ids) {
        const held = [...engine.policy.catalog.roles.values(), ...workspace.roles.values()].filter(({ id }) =>
          [first, second].includes(id),
        );
        for (const { permission, decision } of look(roles(first, second)).permissions) {
          const found = engine.policy.catalog.permissions.get(permission);
          const scopes = found?.scopes.map(({ id }) => [id]) ?? [];
          const answers = (scopes.length === 0 ? [undefined] : scopes).map(
            (one) => engine.explainRoles(held, ask('x', permission, { scopes: one })).decision,
          );
          assert.strictEqual(decision, answers.includes(true), `${first}+${second} ${permission}`);
        }
      }
    }
  });
});
