import { assert } from 'chai';
import { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { listPermissions } from '../../src/engine/permission-listing.ts';
import { RuntimeMembers } from '../../src/engine/runtime-members.ts';
import type { EnforceRequest } from '../../src/policy/decision.ts';
import { atOrganization } from '../../src/policy/policy-set.ts';
import { companyTexts } from '../support/company-policy.ts';
import { ask, nowMs, policyOf } from '../support/compile-yaml.ts';

const policy = policyOf(companyTexts);

function of(
  organization: string,
  subject: string,
  permission: string,
  more: Partial<EnforceRequest> = {},
): EnforceRequest {
  return ask(subject, permission, { workspace: undefined, organization, ...more });
}

describe('a question to the company itself', () => {
  let engine: CasbinEngine;
  before(async () => (engine = await CasbinEngine.create(policy)));
  const codeOf = (request: EnforceRequest, atMs = nowMs): string => {
    const code = engine.decide(request, atMs);
    assert.strictEqual(engine.explain(request, atMs).reason.code, code);
    assert.strictEqual(engine.decideAsked(engine.ask(request, atMs)), code);
    // From memory.
    assert.strictEqual(engine.decide(request, atMs), code);
    return code;
  };

  it('is decided by the roles that span it', () => {
    assert.strictEqual(codeOf(of('acme', 'olu', 'billing:pay')), 'granted');
    assert.strictEqual(codeOf(of('acme', 'ada', 'billing:pay')), 'granted');
    assert.strictEqual(codeOf(of('acme', 'ada', 'seat:assign')), 'not-granted');
    assert.strictEqual(codeOf(of('acme', 'pat', 'billing:view')), 'not-granted');
    assert.strictEqual(codeOf(of('acme', 'ada', 'billing:pay'), Date.UTC(2026, 11, 2)), 'denied-by-role');
  });

  it('is answered for a company without a workspace', () => {
    assert.strictEqual(codeOf(of('newco', 'nia', 'billing:pay')), 'granted');
    assert.strictEqual(codeOf(of('newco', 'olu', 'billing:pay')), 'not-a-member');
  });

  it('is answered alike in each of its workspaces', () => {
    for (const subject of ['olu', 'ada', 'pat', 'ana', 'kim']) {
      for (const permission of ['billing:view', 'billing:pay', 'seat:assign']) {
        const there = engine.decide(of('acme', subject, permission), nowMs) === 'granted';
        for (const workspace of ['support', 'sales']) {
          const here = engine.decide(ask(subject, permission, { workspace }), nowMs) === 'granted';
          assert.strictEqual(here, there, `${subject} ${permission} ${workspace}`);
        }
      }
    }
    assert.strictEqual(codeOf(ask('lee', 'billing:view', { workspace: 'loose' })), 'not-granted');
  });

  it('knows no member of a workspace', () => {
    for (const subject of ['ana', 'bo', 'kim', 'mallory', '', 'role:company-admin']) {
      assert.strictEqual(codeOf(of('acme', subject, 'billing:view')), 'not-a-member', subject);
    }
  });

  it('is denied for what belongs to workspaces, and says what to ask', () => {
    assert.strictEqual(codeOf(of('acme', 'olu', 'message:send')), 'wrong-span');
    const { decision, reason } = engine.explain(of('acme', 'olu', 'message:send'), nowMs);
    assert.isFalse(decision);
    assert.include(reason.message, 'ask with a `workspace` of it');
  });

  it('is denied for a company that there is not, whatever its name looks like', () => {
    for (const id of ['', 'Acme', 'acme ', 'support', 'organization:acme', '*', '__proto__', 'constructor', '\ud800']) {
      assert.strictEqual(codeOf(of(id, 'olu', 'billing:view')), 'unknown-organization', id);
    }
    assert.strictEqual(codeOf(of('acme', 'olu', 'billing:vew')), 'unknown-permission');
    assert.strictEqual(codeOf(of('acme', 'olu', 'billing:view', { scopes: ['strict'] })), 'unknown-scope');
    const nowhere = { ...of('acme', 'olu', 'billing:view'), organization: undefined };
    assert.strictEqual(codeOf(nowhere), 'unknown-organization');
  });

  it('is no question to a workspace that is called like it', () => {
    for (const workspace of ['organization:acme', 'acme', 'organization:newco']) {
      assert.strictEqual(codeOf(ask('olu', 'billing:view', { workspace })), 'unknown-workspace', workspace);
    }
  });

  it('names the roles that would allow it, and no person', () => {
    const { reason } = engine.explain(of('acme', 'pat', 'billing:pay'), nowMs);
    assert.deepEqual(reason.rolesThatAllow, ['accountant', 'company-admin']);
    const { reason: stranger } = engine.explain(of('newco', 'mallory', 'billing:pay'), nowMs);
    assert.strictEqual(stranger.message, 'the subject has no role in the whole organization `newco`');
  });

  it('sees at once what is given at run time, and taken', async () => {
    const runtime = new RuntimeMembers();
    const live = await CasbinEngine.create(policy, runtime);
    const place = { kind: 'organization', id: 'newco' } as const;
    const subject = { type: 'user', id: 'gus' };
    const give = (roles: readonly string[]): void => {
      runtime.set({ place, subject, assignments: roles.map((role) => ({ role })), sequence: 1, token: 't' });
      live.memberChanged(place, subject);
    };
    const request = of('newco', 'gus', 'billing:view');
    assert.strictEqual(live.decide(request, nowMs), 'not-a-member');
    give(['accountant']);
    assert.strictEqual(live.decide(request, nowMs), 'granted');
    give(['people-lead']);
    assert.strictEqual(live.decide(request, nowMs), 'not-granted');
    give([]);
    assert.strictEqual(live.decide(request, nowMs), 'not-a-member');
    give(['member', 'workspace-admin']);
    assert.strictEqual(live.decide(request, nowMs), 'not-a-member');
  });

  it('is listed with what belongs to the company alone', () => {
    const acme = atOrganization(policy.organizations[0]!)!;
    const listing = listPermissions(engine, acme, { type: 'user', id: 'ada' }, nowMs);
    assert.deepEqual(
      listing.permissions.map(({ permission, decision }) => [permission, decision]),
      [
        ['billing:view', true],
        ['billing:pay', true],
        ['seat:assign', false],
      ],
    );
    assert.deepEqual(
      listing.roles.map(({ role }) => role),
      ['accountant'],
    );
  });
});

describe('what a company has set', () => {
  let engine: CasbinEngine;
  before(async () => (engine = await CasbinEngine.create(policy)));
  const codeOf = (request: EnforceRequest): string => {
    const code = engine.decide(request, nowMs);
    assert.strictEqual(engine.explain(request, nowMs).reason.code, code);
    assert.strictEqual(engine.decide(request, nowMs), code);
    return code;
  };

  it('changes what a built-in role may', () => {
    // Inboxes of acme are strict, those of nobody else are.
    assert.strictEqual(codeOf(ask('bo', 'message:delete')), 'not-granted');
    assert.strictEqual(codeOf(ask('ana', 'message:delete')), 'granted');
    const loose = policyOf({ ...companyTexts, 'policies/loose.yaml': 'workspace: loose\nmembers: { bo: member }\n' });
    return CasbinEngine.create(loose).then((other) => {
      assert.strictEqual(other.decide(ask('bo', 'message:delete', { workspace: 'loose' }), nowMs), 'granted');
    });
  });

  it('is the policy’s own: no request can say it', () => {
    for (const more of [
      { context: { organization: { properties: { strictInboxes: false } } } },
      { resource: { 'organization.properties.strictInboxes': false } },
      { subjectProperties: { strictInboxes: false, organization: { properties: { strictInboxes: false } } } },
    ]) {
      assert.strictEqual(codeOf(ask('bo', 'message:delete', more)), 'not-granted');
    }
  });

  it('is compared with what a request says, and unknown where that says nothing or something else', () => {
    const newco = policyOf({
      ...companyTexts,
      'policies/acme/organization.yaml': 'organization: acme\nproperties: { regions: [eu, us] }\n',
    });
    return CasbinEngine.create(newco).then((other) => {
      const code = (resource: EnforceRequest['resource']): string =>
        other.decide(ask('bo', 'message:export', { resource }), nowMs);
      assert.strictEqual(code({ region: 'eu' }), 'granted');
      assert.strictEqual(code({ region: ['us', 'asia'] }), 'granted');
      assert.strictEqual(code({ region: 'asia' }), 'not-in-scope');
      assert.strictEqual(code({ region: 7 }), 'missing-attribute');
      assert.strictEqual(code({}), 'missing-attribute');
      assert.strictEqual(code(undefined), 'missing-attribute');
      const { reason } = other.explain(ask('bo', 'message:export', { resource: { region: 7 } }), nowMs);
      assert.deepEqual(reason.paths, ['resource.region', 'organization.properties.regions']);
    });
  });

  it('leaves a listing no scope that no request is in', () => {
    const listed = (workspace: string, id: string): Record<string, boolean> | undefined => {
      const there = policy.workspaces.get(workspace)!;
      const { permissions } = listPermissions(engine, there, { type: 'user', id }, nowMs);
      return permissions.find(({ permission }) => permission === 'message:delete')?.scopes;
    };
    assert.deepEqual(listed('support', 'bo'), { strict: false, relaxed: false });
    assert.deepEqual(listed('support', 'ana'), { strict: true, relaxed: false });
    assert.deepEqual(listed('loose', 'lee'), { strict: false, relaxed: true });
  });
});
