import { assert } from 'chai';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import {
  groupPlace,
  inGroup,
  type Place,
  type RuntimeAssignment,
  type RuntimeMember,
} from '../../../src/policy/runtime-member.ts';
import { parseSubject } from '../../../src/policy/subject.ts';
import type { ChangeFault } from '../../../src/review/members/assignment-rules.ts';
import { findChangeFault } from '../../../src/review/members/member-change-rules.ts';
import { nowMs, policyOf } from '../../support/compile-yaml.ts';
import { groupPolicyFiles } from '../../support/group-policy.ts';
import { acme, memberPolicyFiles, support } from '../../support/member-change-policy.ts';

const plain = policyOf(groupPolicyFiles());
const preventing = policyOf(groupPolicyFiles('escalation: prevent\n'));
const sales: Place = { kind: 'workspace', id: 'sales' };
const group = (id: string, organization = 'acme'): Place => groupPlace(organization, id);

type Given = readonly (readonly [place: Place, subject: string, ...roles: (string | RuntimeAssignment)[]])[];

interface Asked {
  readonly policy?: PolicySet;
  readonly given?: Given;
  readonly place: Place;
  readonly subject: string;
  readonly actor: string;
  /** Left out: for a group, that the subject comes into it. */
  readonly roles?: readonly (string | RuntimeAssignment)[];
}

function memberOf(place: Place, name: string, roles: readonly (string | RuntimeAssignment)[]): RuntimeMember {
  const assignments = roles.map((role) => (typeof role === 'string' ? { role } : role));
  return { place, subject: parseSubject(name, 'user'), assignments, sequence: 7, token: '' };
}

function faultOf({ policy = plain, given = [], place, subject, actor, roles }: Asked): ChangeFault | undefined {
  const members = new RuntimeMembers(given.map(([at, name, ...held]) => memberOf(at, name, held)));
  const wanted = memberOf(place, subject, roles ?? inGroup);
  const before = members.get(place, wanted.subject.type, wanted.subject.id);
  const change = { ...wanted, actor: parseSubject(actor, 'user') };
  return findChangeFault({ policy, members, atMs: nowMs }, change, before);
}

const codeOf = (asked: Asked): string => faultOf(asked)?.code ?? 'allowed';
const join = (to: string, subject: string, actor: string, more: Partial<Asked> = {}): string =>
  codeOf({ place: group(to), subject, actor, ...more });
const leave = (from: string, subject: string, actor: string, more: Partial<Asked> = {}): string =>
  codeOf({
    place: group(from),
    subject,
    actor,
    roles: [],
    ...more,
    given: [[group(from), subject, 'member'], ...(more.given ?? [])],
  });

describe('whoever is put into a group', () => {
  it('is put there by whoever controls members wherever the group holds something', () => {
    assert.equal(join('desk', 'new', 'mia'), 'allowed', 'manager of the workspace');
    assert.equal(join('desk', 'new', 'ada'), 'allowed', 'admin of the company');
    for (const actor of ['hal', 'zoe', 'eve', 'sid', 'cat', 'dan', 'nobody', 'pia', 'ole', 'new'])
      assert.equal(join('desk', 'new', actor), 'actor-not-allowed', actor);
    const also: Given = [[sales, 'group:desk', 'agent']];
    assert.equal(join('desk', 'new', 'mia', { given: also }), 'actor-not-allowed', 'no manager of the other workspace');
    assert.equal(join('desk', 'new', 'ada', { given: also }), 'allowed');
  });

  it('is put into one that spans the company by whoever controls members of the company', () => {
    assert.equal(join('bosses', 'new', 'mia'), 'actor-not-allowed');
    assert.equal(join('bosses', 'new', 'pia'), 'actor-not-allowed');
    assert.equal(join('bosses', 'new', 'ada'), 'allowed');
  });

  it('is put into one that holds nothing yet by whoever controls members of the company', () => {
    assert.equal(join('idle', 'new', 'mia'), 'actor-not-allowed');
    assert.equal(join('idle', 'mia', 'mia'), 'actor-not-allowed', 'not oneself either');
    assert.equal(join('idle', 'new', 'ada'), 'allowed');
  });

  it('is judged at every instant at which the group gives something', () => {
    const until: Given = [[support, 'tim', { role: 'manager', until: '2026-12-31T00:00:00Z' }]];
    assert.equal(join('desk', 'new', 'tim', { given: until }), 'actor-not-allowed', 'controls no members later');
    const group2 = policyOf({
      ...groupPolicyFiles(),
      'policies/acme/support.yaml': (groupPolicyFiles()['policies/acme/support.yaml'] ?? '').replace(
        'group:desk: agent',
        'group:desk: [{ role: agent, until: 2026-12-30 }]',
      ),
    });
    assert.equal(join('desk', 'new', 'tim', { given: until, policy: group2 }), 'allowed', 'it ends before');
  });

  it('gains nothing under `escalation: prevent` that the actor does not hold', () => {
    const policy = preventing;
    assert.equal(join('desk', 'new', 'mia', { policy }), 'allowed');
    assert.equal(join('sellers', 'new', 'mia', { policy }), 'escalation-prevented', 'invoices');
    assert.equal(join('sellers', 'new', 'ada', { policy }), 'escalation-prevented');
    assert.equal(
      join('sellers', 'new', 'mia', { policy, given: [[support, 'new', 'seller']] }),
      'escalation-prevented',
      'who holds more than the actor',
    );
    assert.equal(leave('sellers', 'new', 'mia', { policy }), 'escalation-prevented', 'nor is it taken');
  });

  it('breaks no rule of the policy by what they hold together, now or later', () => {
    const approver: Given = [[support, 'new', 'approver']];
    assert.equal(join('sellers', 'new', 'mia', { given: approver }), 'exclusive-permissions');
    const later: Given = [[support, 'new', { role: 'approver', from: '2999-02-01T00:00:00Z' }]];
    assert.equal(join('sellers', 'new', 'mia', { given: later }), 'exclusive-permissions');
    const elsewhere: Given = [[sales, 'new', 'approver']];
    assert.equal(join('sellers', 'new', 'mia', { given: elsewhere }), 'allowed');
    const above: Given = [[acme, 'new', 'payer']];
    assert.equal(join('sellers', 'new', 'ada', { given: above }), 'exclusive-permissions');
    const both: Given = [
      [sales, 'group:idle', 'seller'],
      [acme, 'group:idle', 'payer'],
    ];
    assert.equal(join('idle', 'new', 'ada', { given: both }), 'exclusive-permissions', 'both by the same group');
    const voider: Given = [
      [support, 'new', 'voider'],
      [group('sellers'), 'new', 'member'],
    ];
    assert.equal(leave('sellers', 'new', 'mia', { given: voider }), 'missing-requirement');
  });

  it('belongs to git where YAML lists them', () => {
    const fault = faultOf({ place: group('desk'), subject: 'dan', actor: 'mia', roles: [] });
    assert.deepInclude(fault, {
      code: 'member-in-git',
      message:
        '`dan` is in group `desk` of organization `acme` by policies/acme/organization.yaml:8:10; change it there, in git',
    });
    assert.equal(join('desk', 'dan', 'mia'), 'member-in-git');
    assert.equal(join('desk', 'service:bot', 'mia'), 'member-in-git');
    assert.equal(join('desk', 'bot', 'mia'), 'allowed', 'a user of that id');
  });

  it('leaves by themselves, unless they gain by it', () => {
    assert.equal(leave('desk', 'new', 'new'), 'allowed');
    assert.equal(leave('desk', 'new', 'dan'), 'actor-not-allowed');
    assert.equal(leave('idle', 'new', 'new'), 'allowed');
    const muted: Given = [
      [support, 'group:idle', 'silent'],
      [support, 'new', 'agent'],
    ];
    assert.equal(leave('idle', 'new', 'new', { given: muted }), 'actor-not-allowed', 'what the group denies them');
  });

  it('who holds a role of the company, by a group, too, is touched only by whoever does', () => {
    assert.equal(join('desk', 'bea', 'mia'), 'organization-member');
    assert.equal(join('desk', 'bea', 'ada'), 'allowed');
    assert.equal(codeOf({ place: support, subject: 'bea', actor: 'mia', roles: ['agent'] }), 'organization-member');
  });

  it('cannot be told apart by looking from nobody who is in it', () => {
    assert.equal(join('desk', 'd\u0430n', 'mia'), 'look-alike');
    assert.equal(join('desk', 'mi\u0430', 'mia'), 'look-alike', 'nor from a member of the workspace');
    assert.equal(codeOf({ place: support, subject: 'd\u0430n', actor: 'mia', roles: ['agent'] }), 'look-alike');
  });

  it('is put into a group that is there, of the organization', () => {
    assert.deepInclude(faultOf({ place: group('desks'), subject: 'new', actor: 'mia' }), {
      code: 'unknown-group',
      message:
        'organization `acme` has no group `desks`; declare it under `groups` of its organization.yaml; did you mean `desk`?',
    });
    assert.equal(codeOf({ place: group('desk', 'other'), subject: 'new', actor: 'ora' }), 'unknown-group');
    assert.equal(codeOf({ place: group('desk', 'none'), subject: 'new', actor: 'ora' }), 'unknown-organization');
  });
});

describe('a group that is given a role at run time', () => {
  const give = (id: string, actor: string, roles: Asked['roles'], more: Partial<Asked> = {}): string =>
    codeOf({ place: sales, subject: `group:${id}`, actor, ...more, ...(roles && { roles }) });

  it('is given it by whoever controls members there', () => {
    assert.equal(give('desk', 'ada', ['agent']), 'allowed');
    assert.equal(give('desk', 'mia', ['agent']), 'actor-not-allowed');
    assert.equal(codeOf({ place: support, subject: 'group:idle', actor: 'mia', roles: ['agent'] }), 'allowed');
    assert.equal(codeOf({ place: acme, subject: 'group:desk', actor: 'mia', roles: ['auditor'] }), 'actor-not-allowed');
    assert.equal(codeOf({ place: acme, subject: 'group:desk', actor: 'ada', roles: ['auditor'] }), 'allowed');
  });

  it('gives it to everybody in it, so the actor holds it under `escalation: prevent`, be there nobody yet', () => {
    const policy = preventing;
    const at = { place: support, policy } as const;
    assert.equal(codeOf({ ...at, subject: 'group:idle', actor: 'mia', roles: ['agent'] }), 'allowed');
    assert.equal(codeOf({ ...at, subject: 'group:idle', actor: 'mia', roles: ['seller'] }), 'escalation-prevented');
    const given: Given = [
      [group('idle'), 'kim', 'member'],
      [support, 'kim', 'seller'],
    ];
    assert.equal(
      codeOf({ ...at, given, subject: 'group:idle', actor: 'mia', roles: ['agent'] }),
      'escalation-prevented',
      'somebody in it holds more than the actor',
    );
  });

  it('breaks no rule for anybody in it, by YAML or since run time', () => {
    const approving = (who: string): Given => [
      [sales, who, 'approver'],
      [group('desk'), 'kim', 'member'],
    ];
    assert.equal(give('desk', 'ada', ['seller'], { given: approving('dot') }), 'exclusive-permissions');
    assert.equal(give('desk', 'ada', ['seller'], { given: approving('kim') }), 'exclusive-permissions');
    assert.equal(give('desk', 'ada', ['seller'], { given: approving('lea') }), 'allowed', 'who is not in it');
    assert.equal(give('desk', 'ada', ['voider'], { given: approving('lea') }), 'missing-requirement');
    assert.equal(
      codeOf({ place: acme, subject: 'group:sellers', actor: 'ada', roles: ['payer'] }),
      'allowed',
      'nobody is in it yet',
    );
    const someone: Given = [[group('sellers'), 'kim', 'member']];
    assert.equal(
      codeOf({ place: acme, subject: 'group:sellers', actor: 'ada', roles: ['payer'], given: someone }),
      'exclusive-permissions',
    );
  });

  it('holds no role of which there must be a number', () => {
    assert.equal(give('desk', 'ada', ['captain']), 'wrong-holders');
    assert.equal(codeOf({ place: acme, subject: 'group:desk', actor: 'olu', roles: ['owner'] }), 'wrong-holders');
  });

  it('is of the organization, and belongs to git where YAML gives it something there', () => {
    assert.equal(codeOf({ place: support, subject: 'group:desk', actor: 'mia', roles: ['seller'] }), 'member-in-git');
    assert.equal(give('desks', 'ada', ['agent']), 'unknown-group');
    const desk: Place = { kind: 'workspace', id: 'desk' };
    assert.equal(codeOf({ place: desk, subject: 'group:desk', actor: 'mia', roles: ['agent'] }), 'unknown-group');
  });

  it('touches nobody who holds a role of the company, unless the actor does', () => {
    const given: Given = [
      [group('idle'), 'kim', 'member'],
      [acme, 'kim', 'auditor'],
    ];
    const asked = { place: support, subject: 'group:idle', roles: ['agent'], given } as const;
    assert.equal(codeOf({ ...asked, actor: 'mia' }), 'organization-member');
    assert.equal(codeOf({ ...asked, actor: 'ada' }), 'allowed');
  });

  it('is taken its roles by whoever controls members, unless somebody in it would lack something', () => {
    const given: Given = [
      [sales, 'group:desk', 'seller'],
      [sales, 'dot', 'voider'],
    ];
    assert.equal(give('desk', 'ada', [], { given }), 'missing-requirement');
    assert.equal(give('desk', 'ada', [], { given: given.slice(0, 1) }), 'allowed');
    assert.equal(give('desk', 'dan', [], { given: given.slice(0, 1) }), 'actor-not-allowed');
  });
});

describe('who is put into a group that holds one role in one workspace', () => {
  it('is judged as who is given that role there, whoever does it, whatever they hold', () => {
    const roles = ['agent', 'seller', 'voider', 'approver', 'lead', 'silent', 'manager', 'half-manager'];
    const holdings: Given[] = [
      [],
      ...roles.map((role): Given => [[support, 'new', role]]),
      [[acme, 'new', 'payer']],
      [[acme, 'new', 'auditor']],
      [[support, 'new', { role: 'approver', from: '2998-01-01T00:00:00Z' }]],
    ];
    const files = memberPolicyFiles();
    let refused = 0;
    for (const top of ['', 'escalation: prevent\n']) {
      const members = memberPolicyFiles(top);
      for (const role of roles) {
        const organization = `${files['policies/acme/organization.yaml'] ?? ''}groups: { g: [] }\n`;
        const given = `${files['policies/acme/support.yaml'] ?? ''}  group:g: ${role}\n`;
        const there = { 'policies/acme/organization.yaml': organization };
        const before = policyOf({ ...members, ...there });
        const policy = policyOf({ ...members, ...there, 'policies/acme/support.yaml': given });
        for (const held of holdings) {
          for (const actor of ['mia', 'ada', 'olu', 'hal', 'sid', 'pia', 'new', 'nobody']) {
            const own = held.flatMap(([place, , ...had]) => (place === support ? had : []));
            if (own.some((had) => (typeof had === 'string' ? had : had.role) === role)) continue;
            const byRole = codeOf({
              policy: before,
              place: support,
              subject: 'new',
              actor,
              roles: [...own, role],
              given: held,
            });
            const byGroup = codeOf({ policy, place: group('g'), subject: 'new', actor, given: held });
            assert.equal(byGroup, byRole, JSON.stringify({ top, role, held, actor }));
            if (byRole !== 'allowed') refused += 1;
          }
        }
      }
    }
    assert.isAbove(refused, 300);
  });
});
