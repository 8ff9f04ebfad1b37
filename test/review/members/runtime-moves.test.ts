import { assert } from 'chai';
import { runtimeRows } from '../../../src/compile/casbin/runtime-rows.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { PolicyPlaces } from '../../../src/policy/policy-places.ts';
import type { Place, RuntimeAssignment, RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { describeMove, planRuntimeMoves } from '../../../src/review/members/runtime-moves.ts';
import { nowMs, policyOf } from '../../support/compile-yaml.ts';
import { smallPolicy } from '../../support/policy-folder.ts';

const support: Place = { kind: 'workspace', id: 'support' };
const acme: Place = { kind: 'organization', id: 'acme' };

function memberOf(id: string, roles: readonly (string | RuntimeAssignment)[], place = support): RuntimeMember {
  const assignments = roles.map((role) => (typeof role === 'string' ? { role } : role));
  return { place, subject: { type: 'user', id }, assignments, sequence: 1, token: '' };
}

function placesWith(edits: Readonly<Record<string, (text: string) => string>> = {}): PolicyPlaces {
  const texts = Object.entries(smallPolicy()).map(([path, text]) => [path, edits[path]?.(text) ?? text] as const);
  return new PolicyPlaces(policyOf(Object.fromEntries(texts)));
}

const retired = (line: string) => ({
  'policies/support.yaml': (text: string) =>
    text
      .replace(/ {2}team-lead:\n(?: {4}.*\n)+/, '')
      .replace('ana@acme.example: team-lead', 'ana@acme.example: member')
      .replace('members:', `retired: ${line}\nmembers:`),
});

describe('what a policy does to memberships at run time', () => {
  it('is nothing where every role may be held, and in the same order whatever order they come in', () => {
    const members = [
      memberOf('dee', ['team-lead']),
      memberOf('dee', ['company-admin'], acme),
      memberOf('al', ['member']),
    ];
    assert.deepEqual(planRuntimeMoves(placesWith(), members), []);
    const gone = members.map((member) => ({ ...member, place: { ...member.place, id: 'x' } }));
    const planned = planRuntimeMoves(placesWith(), gone);
    assert.deepEqual(
      planned.map(({ member }) => `${member.place.kind} ${member.subject.id}`),
      ['organization dee', 'workspace al', 'workspace dee'],
    );
    assert.deepEqual(planRuntimeMoves(placesWith(), gone.reverse()), planned);
  });

  it('moves a hundred and fifty thousand members of a workspace that has another id', () => {
    const old: Place = { kind: 'workspace', id: 'old-support' };
    const members = Array.from({ length: 150_000 }, (_, index) => memberOf(`m-${index}`, ['member'], old));
    const planned = planRuntimeMoves(placesWith(), members, [], ({ id }) => (id === old.id ? support : undefined));
    const isThere = ({ member, after }: (typeof planned)[number]): boolean =>
      member.place.id === support.id && after.length === 1;
    assert.lengthOf(planned.filter(isThere), members.length);
  });

  it('keeps period and reason, and does not give the same role twice for the same time', () => {
    const places = placesWith(retired('{ team-lead: member }'));
    const until = '2027-01-01';
    const after = (roles: (string | RuntimeAssignment)[]) =>
      planRuntimeMoves(places, [memberOf('dee', roles)])[0]?.after;
    assert.deepEqual(after([{ role: 'team-lead', until, reason: 'x' }]), [{ role: 'member', until, reason: 'x' }]);
    assert.deepEqual(after(['team-lead', 'member']), [{ role: 'member' }]);
    assert.deepEqual(after([{ role: 'team-lead', until }, 'member']), [{ role: 'member' }]);
    assert.deepEqual(
      after([
        { role: 'team-lead', until },
        { role: 'member', until },
      ]),
      [{ role: 'member', until }],
    );
    const other = { role: 'member', from: '2027-05-01' };
    assert.deepEqual(after([{ role: 'team-lead', until }, other]), [{ role: 'member', until }, other]);
  });

  it('is told with its reason', () => {
    const places = placesWith({ 'roles.yaml': (text) => text.replace('defaultRole: member\n', '') });
    const why = (member: RuntimeMember) => planRuntimeMoves(places, [member]).map(describeMove);
    assert.deepEqual(why(memberOf('dee', ['lost', 'member'])), ['role `lost` is gone, and nothing takes its place']);
    assert.deepEqual(why(memberOf('dee', ['member'], { kind: 'workspace', id: 'x' })), ['workspace `x` is gone']);
    assert.deepEqual(why(memberOf('dee', ['member'], acme)), ['role `member` is gone, and nothing takes its place']);
    assert.deepEqual(why(memberOf('bo@acme.example', ['member'])), ['git takes over at policies/support.yaml:14:3']);
    const bot = { ...memberOf('b', ['member']), subject: { type: 'bot', id: 'b' } };
    assert.deepEqual(why(bot), ['subject type `bot` is gone']);
  });
});

describe('memberships at run time as Casbin rows', () => {
  const rows = (member: RuntimeMember, places = placesWith()) =>
    runtimeRows(places, member, nowMs, new RuntimeMembers());

  it('are those that hold now, each once', () => {
    const until = '2026-11-19';
    assert.deepEqual(rows(memberOf('dee', [{ role: 'member', until: '2027-01-01' }, 'member', 'trainee'])), [
      ['user:dee', 'role:member', 'support'],
      ['user:dee', 'role:support/trainee', 'support'],
    ]);
    assert.deepEqual(rows(memberOf('dee', [{ role: 'member', until }])), []);
    assert.deepEqual(rows(memberOf('dee', [{ role: 'member', from: '2026-11-21' }])), []);
    // A date ends with its day.
    assert.lengthOf(rows(memberOf('dee', [{ role: 'member', until: '2026-11-20' }])), 1);
  });

  it('are none for what is not there, does not belong there, or is no time', () => {
    assert.deepEqual(rows(memberOf('dee', ['lost'])), []);
    assert.deepEqual(rows(memberOf('dee', ['company-admin'])), []);
    assert.deepEqual(rows(memberOf('dee', ['member'], acme)), []);
    assert.deepEqual(rows(memberOf('dee', ['member'], { kind: 'workspace', id: 'x' })), []);
    assert.deepEqual(rows(memberOf('dee', [{ role: 'member', until: 'soon' }])), []);
    assert.deepEqual(rows(memberOf('dee', [{ role: 'member', from: 'soon' }])), []);
    assert.deepEqual(rows({ ...memberOf('dee', ['member']), subject: { type: 'role', id: 'dee' } }), []);
  });

  it('are refused where a value would be another one for a reader of CSV', () => {
    assert.throws(() => rows(memberOf('dee", role:member', ['member'])), /a Casbin row cannot hold the value/);
  });

  it('are one for each workspace of an organization', () => {
    const sales = 'workspace: sales\ntitle: Sales\nmembers: { wim@acme.example: workspace-admin }\n';
    const places = new PolicyPlaces(policyOf({ ...smallPolicy(), 'policies/sales.yaml': sales }));
    const found = rows(memberOf('dee', ['company-admin'], acme), places);
    assert.sameDeepMembers(found, [
      ['user:dee', 'role:company-admin', 'support'],
      ['user:dee', 'role:company-admin', 'sales'],
    ]);
  });
});
