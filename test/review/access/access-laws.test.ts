import { assert } from 'chai';
import * as fc from 'fast-check';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { listPermissions } from '../../../src/engine/permission-listing.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { isAtOrganization } from '../../../src/policy/policy-set.ts';
import type { RuntimeMember } from '../../../src/policy/runtime-member.ts';
import type { SubjectId } from '../../../src/policy/subject.ts';
import type { AccessGround } from '../../../src/review/access/access-ground.ts';
import { accessPlaces } from '../../../src/review/access/access-places.ts';
import { HolderFinder } from '../../../src/review/access/permission-holders.ts';
import { SubjectAccess } from '../../../src/review/access/subject-access.ts';
import { anyPolicy } from '../../support/any-policy.ts';
import { everybodyAsked, inOneGo, mayAt, questionsAt } from '../../support/ask-everything.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { fixedNowMs, hostileIds, policyFiles } from '../../support/random-policy.ts';

const policies = lawRuns(25);
const instants = [fixedNowMs, Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 21) - 1, Date.UTC(2027, 6, 1), 0];

/** What is given at run time: in a workspace, in the company, by a group. */
const given = fc.array(
  fc.record({
    kind: fc.constantFrom('workspace', 'organization', 'group'),
    id: fc.constantFrom(...hostileIds),
    type: fc.constantFrom('user', 'service'),
    until: fc.constantFrom(undefined, '2026-11-20'),
    role: fc.nat(3),
  }),
  { maxLength: 4 },
);

const rolesToGive = {
  workspace: ['admin', 'member', 'lead', 'custom-a'],
  organization: ['boss', 'roamer', 'chief', 'rover'],
  group: ['member'],
};

function runtimeOf({ policy, given: drawnMembers }: Drawn): readonly RuntimeMember[] {
  const company = String(policy.organization['organization']);
  const places = {
    workspace: String(policy.workspaces[0]?.['workspace']),
    organization: company,
    group: `${company}/emea`,
  };
  return drawnMembers.map(({ kind, id, type, until, role }): RuntimeMember => {
    const roles = rolesToGive[kind];
    const assignments = [{ role: roles[role % roles.length] ?? '', ...(until === undefined ? {} : { until }) }];
    return { place: { kind, id: places[kind] }, subject: { type, id }, assignments, sequence: 1, token: 'a' };
  });
}

const drawn = fc.record({ policy: anyPolicy, atMs: fc.constantFrom(...instants), given });

type Drawn = typeof drawn extends fc.Arbitrary<infer One> ? One : never;

async function groundOf(one: Drawn): Promise<AccessGround> {
  const { policy, atMs } = one;
  const runtime = new RuntimeMembers(runtimeOf(one));
  return { engine: await CasbinEngine.create(compileOrFail(policyFiles(policy)), runtime), runtime, atMs };
}

function compare(left: SubjectId, right: SubjectId): number {
  if (left.type !== right.type) return left.type < right.type ? -1 : 1;
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
}

describe('access, by law', () => {
  it('finds those who can do something as asking every decision one by one does', async () => {
    const seen = { asked: 0, granted: 0, byGroup: 0, atCompany: 0, byStaff: 0, byRoaming: 0, ofCompany: 0 };
    await fc.assert(
      fc.asyncProperty(drawn, async (one) => {
        const ground = await groundOf(one);
        const { engine, atMs } = ground;
        const everybody = [...everybodyAsked(engine.policy), ...runtimeOf(one).map(({ subject }) => subject)];
        const subjects = [...new Map(everybody.map((who) => [JSON.stringify(who), who])).values()].sort(compare);
        for (const place of accessPlaces(engine.policy)) {
          for (const [name, scopes] of questionsAt(engine.policy, place)) {
            const finder = new HolderFinder(ground, { name, scopes });
            const expected = subjects.filter((who) => mayAt(engine, place, who, name.id, scopes, atMs));
            const found = inOneGo(finder.at(place));
            const question = `${name.id}@${scopes?.join('+') ?? ''} at ${place.id}`;
            // Without a named scope a permission with scopes is told scope by scope; the next law has that.
            if (scopes !== undefined || name.permissions.every((each) => each.scopes.length === 0)) {
              assert.deepEqual(
                found.map(({ subject }) => subject),
                expected,
                question,
              );
            }
            seen.asked += subjects.length;
            seen.granted += expected.length;
            for (const { given: by } of found) {
              assert.isNotEmpty(by, question);
              if (by.some(({ group }) => group !== undefined)) seen.byGroup += 1;
              if (by.some(({ role }) => role.spans === 'everything')) seen.byStaff += 1;
              if (by.some(({ role }) => role.spans === 'memberships')) seen.byRoaming += 1;
              if (by.some(({ role }) => role.organization !== undefined)) seen.ofCompany += 1;
            }
            if (isAtOrganization(place)) seen.atCompany += expected.length;
          }
        }
      }),
      { numRuns: policies },
    );
    assertReached(seen.granted, policies * 40, JSON.stringify(seen));
    const { atCompany, ...common } = seen;
    for (const count of Object.values(common)) assertReached(count, policies, JSON.stringify(seen));
    // One policy in four has somebody who may do something there.
    if (policies >= 100) assertReached(atCompany, 0);
  }).timeout(60_000);

  it('tells scopes apart as the listing of a subject does, and pages of it are parts of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.integer({ min: 1, max: 4 }), async (one, limit) => {
        const ground = await groundOf(one);
        const { engine, atMs } = ground;
        for (const place of accessPlaces(engine.policy)) {
          const listings = new Map(
            everybodyAsked(engine.policy).map((who) => [
              JSON.stringify([who.type, who.id]),
              new Map(listPermissions(engine, place, who, atMs).permissions.map((each) => [each.permission, each])),
            ]),
          );
          for (const name of new Set(questionsAt(engine.policy, place).map(([each]) => each))) {
            const finder = new HolderFinder(ground, { name });
            const all = inOneGo(finder.at(place));
            for (const { subject, allowed } of all) {
              const listed = listings.get(JSON.stringify([subject.type, subject.id]))?.get(name.id);
              if (!listed) continue;
              assert.isTrue(listed.decision);
              assert.deepEqual(allowed.scopes, listed.scopes);
            }
            const ids = new Set(all.map(({ subject }) => JSON.stringify([subject.type, subject.id])));
            for (const [id, listed] of listings)
              assert.strictEqual(listed.get(name.id)?.decision, ids.has(id), `${id} ${name.id} at ${place.id}`);
            const pages = [];
            for (let after: SubjectId | undefined; ;) {
              const page = inOneGo(finder.at(place, { limit, ...(after && { after }) }));
              pages.push(...page);
              after = page.at(-1)?.subject;
              if (page.length < limit) break;
            }
            assert.deepEqual(pages, all);
          }
        }
      }),
      { numRuns: policies },
    );
  }).timeout(60_000);

  it('tells all that somebody has as asking every decision one by one does', async () => {
    let [granted, later, waiting] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(drawn, async (one) => {
        const ground = await groundOf(one);
        const { engine, atMs } = ground;
        for (const who of [...everybodyAsked(engine.policy), ...runtimeOf(one).map(({ subject }) => subject)]) {
          const found = [...new SubjectAccess(ground, who).everywhere()].flatMap((each) => each ?? []);
          const byPlace = new Map(found.map((each) => [each.place.id, each]));
          for (const place of accessPlaces(engine.policy)) {
            const access = byPlace.get(place.id);
            const assigned = engine.assignmentsOf(place, who);
            // What spans memberships alone holds in no workspace, and is told at the company that gave it.
            const counts = assigned.some(({ role }) => role.spans !== 'memberships' || isAtOrganization(place));
            assert.strictEqual(access !== undefined, counts);
            for (const { time } of access?.roles ?? []) {
              if (time === 'begins') later += 1;
              if (time === 'waits') waiting += 1;
            }
            const { permissions: listed } = listPermissions(engine, place, who, atMs);
            for (const { permission, decision, scopes, movedTo } of listed) {
              const allowed = access?.allowed.find((each) => each.name.id === permission);
              if (movedTo === undefined) assert.strictEqual(allowed !== undefined, decision, `${who.id} ${permission}`);
              if (allowed) assert.deepEqual(allowed.scopes, scopes, `${who.id} ${permission}`);
            }
            for (const [name, scopes] of questionsAt(engine.policy, place)) {
              const [permission] = name.permissions;
              if (permission?.id !== name.id || permission.readsOrganization || (scopes?.length ?? 0) > 1) continue;
              const allowed = access?.allowed.find((each) => each.name.id === name.id);
              const isTold = scopes === undefined ? allowed !== undefined : allowed?.scopes?.[scopes[0] ?? ''] === true;
              assert.strictEqual(isTold, mayAt(engine, place, who, name.id, scopes, atMs), `${who.id} ${name.id}`);
              if (isTold) granted += 1;
            }
          }
        }
      }),
      { numRuns: policies },
    );
    assertReached(granted, policies * 40);
    assertReached(later, policies / 5);
    assertReached(waiting, policies / 5);
  }).timeout(60_000);
});
