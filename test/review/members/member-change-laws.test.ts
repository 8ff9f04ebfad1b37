import { assert } from 'chai';
import * as fc from 'fast-check';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import type { Place, RuntimeAssignment, RuntimeMember } from '../../../src/policy/runtime-member.ts';
import type { SubjectId } from '../../../src/policy/subject.ts';
import type { MemberChange } from '../../../src/review/members/change-question.ts';
import { findChangeFault } from '../../../src/review/members/member-change-rules.ts';
import { nowMs, policyOf } from '../../support/compile-yaml.ts';
import { lawRuns } from '../../support/law-runs.ts';
import { memberPolicyFiles } from '../../support/member-change-policy.ts';

const numRuns = lawRuns(300);

const empty = 'workspace: empty\ntitle: Empty\n';
const policies = (['allow', 'prevent'] as const).map((escalation) => {
  const files = memberPolicyFiles(`escalation: ${escalation}\n`);
  // A captain is wanted in every workspace, so one where nobody else is has a service for it.
  const nobody = `${empty}members: { "service:cap": captain }\n`;
  return policyOf({ ...files, 'policies/acme/empty.yaml': nobody });
});

const places: readonly Place[] = [
  { kind: 'workspace', id: 'support' },
  { kind: 'workspace', id: 'sales' },
  { kind: 'organization', id: 'acme' },
];
const workspaceIds = ['support', 'sales', 'empty'];
const times = ['2026-11-20T09:00:00Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z', '2027-06-01T00:00:00Z'];
/** At every time that a role may begin or end at, and between. */
const instants = [nowMs, ...times.slice(1).flatMap((time) => [Date.parse(time) - 1, Date.parse(time)])];
const roleIds = ['agent', 'manager', 'half-manager', 'seller', 'approver', 'captain', 'lead', 'silent', 'closer'];
const spanningIds = ['admin', 'auditor', 'payer', 'owner'];
const names = ['kim', 'lea', 'mia', 'ada', 'olu', 'pia', 'sid'];

const subjectArbitrary = fc.constantFrom(...names).map((id): SubjectId => ({ type: 'user', id }));

const assignmentArbitrary = (ids: readonly string[]): fc.Arbitrary<RuntimeAssignment> =>
  fc
    .record({ role: fc.constantFrom(...ids), from: fc.option(fc.nat(3)), until: fc.option(fc.nat(3)) })
    .map(({ role, from, until }) => ({
      role,
      ...(from === null ? {} : { from: times[from] ?? '' }),
      ...(until === null ? {} : { until: times[until] ?? '' }),
    }));

const changeArbitrary: fc.Arbitrary<MemberChange> = fc.constantFrom(...places).chain((place) =>
  fc.record({
    place: fc.constant(place),
    subject: subjectArbitrary,
    actor: subjectArbitrary,
    assignments: fc.array(assignmentArbitrary(place.kind === 'workspace' ? roleIds : spanningIds), { maxLength: 3 }),
  }),
);

const memberArbitrary: fc.Arbitrary<RuntimeMember> = changeArbitrary.map(({ place, subject, assignments }) => ({
  place,
  subject,
  assignments,
  sequence: 1,
  token: '',
}));

function withChange(members: RuntimeMembers, { place, subject, assignments }: MemberChange): RuntimeMembers {
  const changed = new RuntimeMembers(members.all());
  changed.set({ place, subject, assignments, sequence: 2, token: '' });
  return changed;
}

/** The cells that somebody may do in a workspace at an instant, as Casbin says. */
function cellsOf(engine: CasbinEngine, workspaceId: string, subject: SubjectId, atMs: number): Set<number> {
  const workspace = engine.policy.workspaces.get(workspaceId);
  if (!workspace) throw new Error(workspaceId);
  const roleSet = engine.rolesOf(workspace, subject, atMs);
  return new Set(engine.policy.catalog.cells.filter((cell) => engine.allows(roleSet, cell)).map(({ index }) => index));
}

interface Judged {
  readonly policy: PolicySet;
  readonly members: RuntimeMembers;
  readonly change: MemberChange;
  readonly code: string;
  readonly before: CasbinEngine;
  readonly after: CasbinEngine;
}

async function judge(policy: PolicySet, given: readonly RuntimeMember[], change: MemberChange): Promise<Judged> {
  const members = new RuntimeMembers(given);
  const current = members.get(change.place, change.subject.type, change.subject.id);
  const fault = findChangeFault({ policy, members, atMs: nowMs }, change, current);
  return {
    policy,
    members,
    change,
    code: fault?.code ?? 'allowed',
    before: await CasbinEngine.create(policy, members),
    after: await CasbinEngine.create(policy, withChange(members, change)),
  };
}

/** Where the change counts. */
function reachOf({ change: { place } }: Judged): readonly string[] {
  return place.kind === 'workspace' ? [place.id] : workspaceIds;
}

function isOwn({ change: { subject, actor } }: Judged): boolean {
  return subject.id === actor.id;
}

/**
 * Whether the subject comes to do something, anywhere and at any time, that the actor may not do there now and then, or
 * is somebody else and holds what the actor does not.
 */
function escalates(judged: Judged): boolean {
  const { before, after, change } = judged;
  return reachOf(judged).some((workspaceId) => {
    const may = cellsOf(before, workspaceId, change.actor, nowMs);
    return instants.some((atMs) => {
      const mayThen = cellsOf(before, workspaceId, change.actor, atMs);
      const had = cellsOf(before, workspaceId, change.subject, atMs);
      if (!isOwn(judged) && [...had].some((cell) => !may.has(cell))) return true;
      return [...cellsOf(after, workspaceId, change.subject, atMs)].some(
        (cell) => !had.has(cell) && !(may.has(cell) && mayThen.has(cell)),
      );
    });
  });
}

/** Whether the change gives something at an instant: a role of the place, or a permission anywhere. */
function gives(judged: Judged, atMs: number): boolean {
  const { members, change, before, after } = judged;
  const current = members.get(change.place, change.subject.type, change.subject.id)?.assignments ?? [];
  const holds = ({ from, until }: RuntimeAssignment): boolean =>
    (from ? atMs >= Date.parse(from) : true) && (until ? atMs < Date.parse(until) : true);
  const had = new Set(current.filter(holds).map(({ role }) => role));
  if (change.assignments.some((one) => holds(one) && !had.has(one.role))) return true;
  return reachOf(judged).some((workspaceId) => {
    const known = cellsOf(before, workspaceId, change.subject, atMs);
    return [...cellsOf(after, workspaceId, change.subject, atMs)].some((cell) => !known.has(cell));
  });
}

/** Whether somebody gives up roles of their own, and gains nothing by it, ever. */
function leaves(judged: Judged): boolean {
  return isOwn(judged) && !instants.some((atMs) => gives(judged, atMs));
}

/** The exclusive pairs that the subject holds both sides of, with where and when. */
function brokenPairs({ policy, change, ...engines }: Judged, which: 'before' | 'after'): Set<string> {
  const found = new Set<string>();
  for (const workspaceId of workspaceIds) {
    for (const atMs of instants) {
      const held = cellsOf(engines[which], workspaceId, change.subject, atMs);
      for (const { first, second, position } of policy.catalog.exclusive) {
        const both = [first, second].every(({ cells }) => cells.some(({ index }) => held.has(index)));
        if (both) found.add(`${workspaceId} ${atMs} ${position.line}`);
      }
    }
  }
  return found;
}

/** In the workspace, or by roles of the organization alone: nobody is given others in the empty one. */
function mayManage({ before, policy, change }: Judged, atMs: number): boolean {
  const cells = policy.catalog.permissions.get('member:manage')?.cells ?? [];
  const may = cellsOf(before, change.place.kind === 'workspace' ? change.place.id : 'empty', change.actor, atMs);
  return cells.every(({ index }) => may.has(index));
}

describe('the laws of changing members', () => {
  const hold = (law: (judged: Judged) => void): Promise<void> =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(policies.length - 1),
        fc.array(memberArbitrary, { maxLength: 5 }),
        changeArbitrary,
        async (index, given, change) => law(await judge(policies[index] ?? policyOf({}), given, change)),
      ),
      { numRuns },
    );

  it('who changes members may, by the word of Casbin, do so now and for as long as they give', () =>
    hold((judged) => {
      const asked = instants.filter((atMs) => atMs === nowMs || gives(judged, atMs));
      const may = asked.every((atMs) => mayManage(judged, atMs));
      if (judged.code === 'allowed') assert.strictEqual(may || leaves(judged), true);
      if (judged.code === 'actor-not-allowed') assert.deepEqual([may, leaves(judged)], [false, false]);
    }));

  it('who gives up roles of their own and gains nothing by it is stopped by the number of holders and by git alone', () =>
    hold((judged) => {
      if (!leaves(judged)) return;
      const codes = ['allowed', 'wrong-holders', 'member-in-git', 'duplicate-role', 'bad-period', 'unknown-role'];
      assert.oneOf(judged.code, codes);
    }));

  it('under `escalation: prevent` nobody comes to do what the actor may not do, and nothing else is refused for it', () =>
    hold((judged) => {
      const isPrevented = judged.policy.catalog.escalation === 'prevent';
      if (judged.code === 'allowed' && isPrevented) assert.strictEqual(escalates(judged), false);
      if (judged.code === 'escalation-prevented') assert.deepEqual([isPrevented, escalates(judged)], [true, true]);
    }));

  it('nobody comes to hold what excludes each other, at any time', () =>
    hold((judged) => {
      const before = brokenPairs(judged, 'before');
      const added = [...brokenPairs(judged, 'after')].filter((pair) => !before.has(pair));
      if (judged.code === 'allowed') assert.deepEqual(added, []);
      if (judged.code === 'exclusive-permissions') assert.notDeepEqual(added, []);
    }));

  it('the number of holders never comes to be further from what it must be', () =>
    hold(({ policy, members, change, code }) => {
      if (code !== 'allowed') return;
      const distance = (all: RuntimeMembers, atMs: number): number => {
        const id = change.place.kind === 'workspace' ? 'captain' : 'owner';
        const given = [...all.list(change.place)].flatMap(({ assignments }) => assignments);
        const holds = given.filter(
          ({ role, from, until }) =>
            role === id && (from ? atMs >= Date.parse(from) : true) && (until ? atMs < Date.parse(until) : true),
        );
        // Each place has one holder in YAML.
        return holds.length;
      };
      assert.deepEqual(policy.catalog.roles.get('captain')?.holders, { least: 1, most: 1 });
      const after = withChange(members, change);
      for (const atMs of instants) assert.isAtMost(distance(after, atMs), distance(members, atMs));
    }));

  it('who is written in YAML at a place is never changed there', () =>
    hold(({ policy, change, code }) => {
      const { kind, id } = change.place;
      const organization = policy.organizations.find((known) => known.id === id);
      const written = kind === 'workspace' ? policy.workspaces.get(id)?.members : organization?.members;
      if (written?.get('user')?.has(change.subject.id)) assert.notStrictEqual(code, 'allowed');
    }));

  it('to give somebody what they have already is refused for nothing that it would bring', () =>
    hold(({ policy, members, change, code }) => {
      const current = members.get(change.place, change.subject.type, change.subject.id);
      if (!current || code !== 'allowed') return;
      const same = { ...change, assignments: current.assignments };
      const again = findChangeFault({ policy, members, atMs: nowMs }, same, current)?.code ?? 'allowed';
      assert.oneOf(again, ['allowed', 'duplicate-role', 'bad-period', 'unknown-role']);
    }));
});
