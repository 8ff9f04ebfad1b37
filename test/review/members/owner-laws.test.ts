import { assert } from 'chai';
import * as fc from 'fast-check';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import type { Place, RuntimeAssignment, RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { formatSubject, parseSubject, type SubjectId } from '../../../src/policy/subject.ts';
import type { MemberChange } from '../../../src/review/members/change-question.ts';
import { judgeMemberChange, type JudgedPart } from '../../../src/review/members/judge-member-change.ts';
import { nowMs, policyOf } from '../../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';

const numRuns = lawRuns(300);

const counts = [1, 2, '1+', '2+'] as const;
const things = ['doc:read', 'doc:edit'];
const assignable = ['reader', 'foreman', 'captain', 'boss'];

/** Two captains in YAML, or one, or none; `cat` and `cyd` are people, and there is a service. */
const policyArbitrary = fc
  .record({
    holders: fc.constantFrom(...counts),
    listed: fc.subarray(['cat', 'cyd']),
    assigns: fc.subarray(assignable),
    escalation: fc.constantFrom('allow', 'allow', 'prevent'),
    captain: fc.record({ grants: fc.subarray(things), denies: fc.subarray(['doc:read']) }),
  })
  .map(({ holders, listed, assigns, escalation, captain }) => {
    const most = typeof holders === 'string' ? 2 : holders;
    return policyOf({
      'roles.yaml': JSON.stringify({
        subjectTypes: ['user', 'service'],
        permissions: {
          C: { 'doc:read': 'Read', 'doc:edit': 'Edit', 'team:manage': { title: 'Manage', controls: 'members' } },
        },
        escalation,
        roles: {
          reader: { grants: ['doc:read'] },
          foreman: { grants: ['team:manage', 'doc:read'], assigns },
          captain: { ...captain, holders },
          boss: { grants: ['*'] },
        },
      }),
      'policies/organization.yaml': 'organization: acme\n',
      'policies/w.yaml': JSON.stringify({
        workspace: 'w',
        members: {
          ...Object.fromEntries(listed.slice(0, most).map((id) => [id, 'captain'])),
          bo: 'boss',
          fo: 'foreman',
        },
      }),
    });
  });

const place: Place = { kind: 'workspace', id: 'w' };
const names = ['cat', 'cyd', 'bo', 'fo', 'kim', 'lea', 'service:bot'];
const subjectArbitrary = fc.constantFrom(...names).map((name) => parseSubject(name, 'user'));
const until = '2027-01-01T00:00:00Z';
const rolesArbitrary: fc.Arbitrary<readonly RuntimeAssignment[]> = fc.array(
  fc
    .record({ role: fc.constantFrom(...assignable, 'captain', 'captain'), ends: fc.constantFrom(false, false, true) })
    .map(({ role, ends }) => ({ role, ...(ends ? { until } : {}) })),
  { maxLength: 2 },
);
const plainArbitrary: fc.Arbitrary<MemberChange> = fc
  .record({ subject: subjectArbitrary, actor: subjectArbitrary, assignments: rolesArbitrary })
  .map((change) => ({ place, ...change }));

/** Mostly by somebody who may, of a role that changes hands, from somebody who may hold it. */
const handoverArbitrary: fc.Arbitrary<MemberChange> = fc
  .record({
    subject: subjectArbitrary,
    from: fc.constantFrom('cat', 'cat', 'cyd', 'kim', 'lea'),
    by: fc.constantFrom('bo', 'bo', 'fo', 'the holder', 'kim'),
    more: rolesArbitrary,
    left: fc.option(rolesArbitrary, { freq: 2 }),
    isBare: fc.boolean(),
  })
  .map(({ subject, from, by, more, left, isBare }) => ({
    place,
    subject,
    actor: parseSubject(by === 'the holder' ? from : by, 'user'),
    assignments: isBare ? [{ role: 'captain' }] : [{ role: 'captain' }, ...more],
    inPlaceOf: { subject: parseSubject(from, 'user'), ...(left === null || isBare ? {} : { assignments: left }) },
  }));

const changeArbitrary = fc.oneof(plainArbitrary, handoverArbitrary);

interface Step {
  readonly policy: PolicySet;
  readonly change: MemberChange;
  readonly before: Reading;
  readonly after: Reading;
  readonly isAllowed: boolean;
}

/** Who holds which roles at an instant, as the engine has it. */
type Reading = (atMs: number) => ReadonlyMap<string, ReadonlySet<string>>;

const nameOf = (subject: SubjectId): string => formatSubject(subject, 'user');

async function read(policy: PolicySet, given: RuntimeMembers): Promise<Reading> {
  const engine = await CasbinEngine.create(policy, new RuntimeMembers(given.all()));
  const workspace = policy.workspaces.get('w') ?? assert.fail();
  return (atMs) =>
    new Map(
      names.map((name) => {
        const roles = engine.rolesOf(workspace, parseSubject(name, 'user'), atMs)?.roles ?? [];
        return [name, new Set(roles.map(({ id }) => id))] as const;
      }),
    );
}

/** Plays changes one after the other; those that may be made are made. */
async function play(policy: PolicySet, changes: readonly MemberChange[], look: (step: Step) => void): Promise<void> {
  const members = new RuntimeMembers();
  let before = await read(policy, members);
  for (const change of changes) {
    const { subject } = change;
    const earlier = members.get(place, subject.type, subject.id);
    const verdict = judgeMemberChange({ policy, members, atMs: nowMs }, change, earlier);
    const isAllowed = verdict.fault === undefined;
    const parts: readonly JudgedPart[] = verdict.fault
      ? []
      : [verdict, ...(verdict.replaced ? [verdict.replaced] : [])];
    for (const part of parts) {
      const member: RuntimeMember = {
        place,
        subject: part.subject,
        assignments: part.assignments,
        sequence: 1,
        token: '',
      };
      members.set(member);
    }
    const after = isAllowed ? await read(policy, members) : before;
    look({ policy, change, before, after, isAllowed });
    before = after;
  }
}

const laterMs = Date.parse(until);

/** People who hold the role now and when all that ends has ended. */
function captains(reading: Reading): string[] {
  const [now, later] = [reading(nowMs), reading(laterMs)];
  return names.filter(
    (name) => !name.startsWith('service:') && now.get(name)?.has('captain') && later.get(name)?.has('captain'),
  );
}

function countAt(reading: Reading, atMs: number): number {
  return names.filter((name) => reading(atMs).get(name)?.has('captain')).length;
}

describe('the laws of owners', () => {
  const hold = (law: (step: Step) => void): Promise<void> =>
    fc.assert(
      fc.asyncProperty(policyArbitrary, fc.array(changeArbitrary, { minLength: 1, maxLength: 12 }), (policy, changes) =>
        play(policy, changes, law),
      ),
      { numRuns },
    );

  it('whoever must hold a role never becomes fewer than must, and never more than may, whatever is done in whatever order', () =>
    hold(({ policy, before, after }) => {
      const holders = policy.catalog.roles.get('captain')?.holders ?? assert.fail();
      const [had, has] = [captains(before).length, captains(after).length];
      if (had >= holders.least) assert.isAtLeast(has, holders.least);
      else assert.isAtLeast(has, had);
      for (const atMs of [nowMs, laterMs]) {
        if (holders.most !== undefined && countAt(before, atMs) <= holders.most) {
          assert.isAtMost(countAt(after, atMs), holders.most);
        }
      }
    }));

  it('nobody comes to hold a role twice, and only the two that a handover names are changed by it', () =>
    hold(({ change, before, after }) => {
      const touched = [change.subject, ...(change.inPlaceOf ? [change.inPlaceOf.subject] : [])].map(nameOf);
      for (const name of names) {
        if (touched.includes(name)) continue;
        for (const atMs of [nowMs, laterMs]) assert.deepEqual(after(atMs).get(name), before(atMs).get(name));
      }
    }));

  it('who controls members by a role with `assigns` alone changes nothing else in anybody, but gives up or away their own', () =>
    hold(({ policy, change, before, after, isAllowed }) => {
      const held = before(nowMs).get(nameOf(change.actor)) ?? new Set<string>();
      if (!isAllowed || held.has('boss') || !held.has('foreman')) return;
      const limit = policy.catalog.roles.get('foreman')?.assigns ?? assert.fail();
      const isGift = change.inPlaceOf && nameOf(change.inPlaceOf.subject) === nameOf(change.actor);
      const isLeave = nameOf(change.subject) === nameOf(change.actor);
      for (const name of names) {
        const [was, is] = [before(nowMs).get(name) ?? new Set<string>(), after(nowMs).get(name) ?? new Set<string>()];
        const gained = [...is].filter((role) => !was.has(role));
        const lost = [...was].filter((role) => !is.has(role));
        for (const role of gained) assert.isTrue(limit.has(role) || (isGift && role === 'captain'), role);
        for (const role of lost) assert.isTrue(limit.has(role) || isLeave || (isGift && role === 'captain'), role);
      }
    }));

  it('a handover gives just what it takes: whoever hands over holds the role no more, and the other one does', async () => {
    let made = 0;
    await hold(({ change, before, after, isAllowed }) => {
      if (!isAllowed || !change.inPlaceOf) return;
      made += 1;
      const [from, to] = [nameOf(change.inPlaceOf.subject), nameOf(change.subject)];
      assert.isTrue(before(nowMs).get(from)?.has('captain'));
      assert.isFalse(after(nowMs).get(from)?.has('captain') ?? false);
      assert.isTrue(after(nowMs).get(to)?.has('captain'));
    });
    assertReached(made, numRuns / 20);
  });
});
