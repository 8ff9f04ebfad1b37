import { assert } from 'chai';
import * as fc from 'fast-check';
import { casbinRows } from '../../../src/compile/casbin/casbin-rules.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { membershipKey } from '../../../src/policy/membership/changed-memberships.ts';
import { PolicyPlaces } from '../../../src/policy/policy-places.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { groupPlace, inGroup, type Place } from '../../../src/policy/runtime-member.ts';
import { withRuntimeMembers } from '../../../src/review/diff/matching/runtime-policy.ts';
import type { MemberChange } from '../../../src/review/members/change-question.ts';
import { judgeMemberChange, type JudgedPart } from '../../../src/review/members/judge-member-change.ts';
import { ask, compileOrFail, nowMs } from '../../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { sourceFiles } from '../../support/policy-texts.ts';

const numRuns = lawRuns(120);

const listed = ['ann', 'bo', 'cy', 'mia'];
const people = [...listed, 'dee', 'eve'];
const groupIds = ['g1', 'g2', 'g3'];

const roles = JSON.stringify({
  permissions: {
    Things: { 'doc:read': 'Read', 'doc:edit': 'Edit', 'team:manage': { title: 'Manage', controls: 'members' } },
    Company: {
      'bill:view': { title: 'View', spans: 'organization' },
      'seat:assign': { title: 'Assign', spans: 'organization', controls: 'members' },
    },
  },
  roles: {
    member: { grants: ['doc:read'] },
    owner: { grants: ['doc:edit'], holders: 1 },
    boss: { grants: ['*'], spans: 'organization' },
    head: { grants: ['bill:view'], spans: 'organization', holders: 1 },
    roamer: { grants: ['doc:edit'], spans: 'memberships' },
    helper: { grants: ['doc:read', 'bill:view'], spans: 'everything' },
  },
  staff: { mia: 'helper' },
});

const ofCompany = {
  lead: { grants: ['doc:read'] },
  chief: { grants: ['bill:view'], spans: 'organization' },
  rover: { grants: ['*'], spans: 'memberships' },
};

const given = (names: readonly string[], ids: readonly string[]): fc.Arbitrary<Record<string, string[]>> =>
  fc.dictionary(fc.constantFrom(...names), fc.subarray([...ids], { minLength: 1, maxLength: 2 }), {
    maxKeys: 2,
    noNullPrototype: true,
  });

const holders = [...listed, ...groupIds.map((id) => `group:${id}`)];
const above = ['roamer', 'rover', 'chief'];
const here = ['member', 'lead'];

const randomFiles = fc
  .record({
    owners: fc.record({
      one: fc.constantFrom(...listed),
      two: fc.constantFrom(...listed),
      acme: fc.constantFrom(...listed),
    }),
    groups: fc.tuple(fc.subarray(people), fc.subarray(people), fc.subarray(people)),
    acme: given(holders, above),
    one: given(holders, here),
    two: given(holders, here),
  })
  .map(({ owners, groups, acme, one, two }) => ({
    'roles.yaml': roles,
    'policies/organization.yaml': JSON.stringify({
      organization: 'acme',
      roles: ofCompany,
      groups: Object.fromEntries(groupIds.map((id, index) => [id, groups[index] ?? []])),
      members: { ...acme, [owners.acme]: ['head'], zoe: ['boss'] },
    }),
    'policies/one.yaml': JSON.stringify({ workspace: 'one', members: { ...one, [owners.one]: ['owner'] } }),
    'policies/two.yaml': JSON.stringify({ workspace: 'two', members: { ...two, [owners.two]: ['owner'] } }),
  }));

const places: readonly Place[] = [
  { kind: 'workspace', id: 'one' },
  { kind: 'workspace', id: 'two' },
  { kind: 'organization', id: 'acme' },
];

interface Asked {
  readonly place: Place;
  readonly subject: { readonly type: string; readonly id: string };
  readonly roles: readonly string[];
  /** Whether it is handed over by who holds it. */
  readonly isHandover?: boolean;
}

const rolesAt = (place: Place): fc.Arbitrary<string[]> =>
  fc.subarray(place.kind === 'organization' ? above : here, { maxLength: 2 });
const person = fc.constantFrom(...people);
const randomChange: fc.Arbitrary<Asked> = fc.oneof(
  fc.constantFrom(...places).chain((place) =>
    fc.record({
      place: fc.constant(place),
      subject: fc.oneof(
        person.map((id) => ({ type: 'user', id })),
        fc.constantFrom(...groupIds).map((id) => ({ type: 'group', id })),
      ),
      roles: rolesAt(place),
    }),
  ),
  fc.record({
    place: fc.constantFrom(...groupIds).map((id) => groupPlace('acme', id)),
    subject: person.map((id) => ({ type: 'user', id })),
    roles: fc.constantFrom(['member'], ['member'], []),
  }),
  fc.constantFrom(...places).chain((place) =>
    fc.record({
      place: fc.constant(place),
      subject: person.map((id) => ({ type: 'user', id })),
      roles: fc.constant([place.kind === 'organization' ? 'head' : 'owner']),
      isHandover: fc.constant(true),
    }),
  ),
);

// A handover says all that is to be held; what was given before is kept.
function changeOf(
  engine: CasbinEngine,
  { place, subject, roles: ids, isHandover }: Asked,
  members: RuntimeMembers,
): MemberChange {
  const actor = { type: 'user', id: 'zoe' };
  if (place.kind === 'group') return { place, subject, actor, assignments: ids.length > 0 ? inGroup : [] };
  const assignments = ids.map((role) => ({ role }));
  if (isHandover !== true) return { place, subject, actor, assignments };
  const before = members.get(place, subject.type, subject.id)?.assignments ?? [];
  const kept = before.filter(({ handedOver }) => !handedOver);
  const inPlaceOf = { subject: { type: 'user', id: holderOf(engine, place, ids[0] ?? '') } };
  return { place, subject, actor, assignments: [...kept, ...assignments], inPlaceOf };
}

function holderOf(engine: CasbinEngine, { kind, id: place }: Place, role: string): string {
  const workspace = engine.policy.workspaces.get(kind === 'workspace' ? place : 'one') ?? assert.fail();
  const holds = (id: string): boolean =>
    engine.assignmentsOf(workspace, { type: 'user', id }).some((one) => one.role.id === role);
  return people.find(holds) ?? assert.fail('nobody');
}

/** What stands in a database: the rows of the release, and those of each membership. */
class KeptRows {
  readonly #released: Set<string>;
  readonly #ofMembers = new Map<string, readonly string[]>();

  constructor(policy: PolicySet) {
    this.#released = new Set(casbinRows(policy, nowMs).g.map(textOf));
  }

  keep(place: Place, { subject, assignments, gRows, written }: JudgedPart): void {
    this.renew(place, subject, assignments.length === 0 ? [] : gRows);
    for (const row of written?.gone ?? []) this.#released.delete(textOf(row));
    for (const row of written?.back ?? []) this.#released.add(textOf(row));
  }

  renew(place: Place, subject: JudgedPart['subject'], gRows: JudgedPart['gRows']): void {
    this.#ofMembers.set(membershipKey(place, subject), gRows.map(textOf));
  }

  get all(): string[] {
    return [...new Set([...this.#released, ...[...this.#ofMembers.values()].flat()])].sort();
  }
}

function textOf(row: readonly string[]): string {
  return row.join(' ');
}

function decisionsOf(engine: CasbinEngine): string[] {
  const at = [{ workspace: 'one' }, { workspace: 'two' }, { workspace: undefined, organization: 'acme' }];
  return at.flatMap((place) =>
    people.flatMap((id) =>
      ['doc:read', 'doc:edit', 'bill:view'].map((permission) => engine.decide(ask(id, permission, place), nowMs)),
    ),
  );
}

describe('changes of every kind, by law', () => {
  it('keep the rows for Casbin that the same policy with all its members listed has, and decide as it does', async () => {
    const seen = { changed: 0, handedOver: 0, ofGroups: 0, beside: 0, waiting: 0 };
    await fc.assert(
      fc.asyncProperty(randomFiles, fc.array(randomChange, { minLength: 4, maxLength: 14 }), async (files, changes) => {
        const policy = compileOrFail(sourceFiles(files));
        const members = new RuntimeMembers();
        const engine = await CasbinEngine.create(policy, members);
        const rows = new KeptRows(policy);
        for (const asked of changes) {
          decisionsOf(engine);
          const change = changeOf(engine, asked, members);
          const { place, subject } = change;
          const before = members.get(place, subject.type, subject.id);
          const verdict = judgeMemberChange({ policy, members, atMs: nowMs }, change, before);
          if (verdict.fault) continue;
          for (const part of verdict.replaced ? [verdict.replaced, verdict] : [verdict]) {
            members.set({ place, subject: part.subject, assignments: part.assignments, sequence: 1, token: '' });
            engine.memberChanged(place, part.subject);
            rows.keep(place, part);
          }
          for (const { member, gRows } of verdict.others ?? []) rows.renew(member.place, member.subject, gRows);
          const all = withRuntimeMembers(new PolicyPlaces(policy), members.all());
          const wanted = casbinRows(all, nowMs).g.map(textOf);
          assert.deepEqual(rows.all, [...new Set(wanted)].sort(), JSON.stringify(change));
          assert.deepEqual(decisionsOf(engine), decisionsOf(await CasbinEngine.create(all)), JSON.stringify(change));
          seen.changed += 1;
          if (verdict.replaced) seen.handedOver += 1;
          if (place.kind === 'group' || subject.type === 'group') seen.ofGroups += 1;
          seen.beside += verdict.others?.length ?? 0;
          seen.waiting += wanted.filter((row) => /roamer|rover/.test(row)).length;
        }
      }),
      { numRuns },
    );
    for (const [what, count] of Object.entries(seen)) assertReached(count, numRuns / 4, what);
  }).timeout(60_000);
});
