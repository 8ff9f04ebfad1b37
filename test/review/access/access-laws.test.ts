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
import { RoleMatrix } from '../../../src/review/access/role-matrix.ts';
import { SubjectAccess } from '../../../src/review/access/subject-access.ts';
import { everybodyOf, inOneGo, mayAt, questionsAt } from '../../support/ask-everything.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';
import { randomGroupedPolicy } from '../../support/random-groups.ts';
import { fixedNowMs, hostileIds, policyFiles } from '../../support/random-policy.ts';
import { randomRenames } from '../../support/random-renames.ts';

const policies = Number(process.env['ROLEBOOK_LAW_RUNS'] ?? 25);
const instants = [fixedNowMs, Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 21) - 1, Date.UTC(2027, 6, 1), 0];

const anyPolicy = fc.oneof(
  randomGroupedPolicy,
  randomRenames.map(({ after }) => after),
);

/** Memberships of the run time: in a workspace, in the company, and in a group. */
const given: fc.Arbitrary<readonly RuntimeMember[]> = fc.array(
  fc
    .record({
      place: fc.constantFrom(
        { kind: 'workspace', id: 'one' } as const,
        { kind: 'organization', id: 'acme' } as const,
        { kind: 'group', id: 'acme/emea' } as const,
      ),
      id: fc.constantFrom(...hostileIds),
      type: fc.constantFrom('user', 'service'),
      until: fc.constantFrom(undefined, '2026-11-20'),
    })
    .map(({ place, id, type, until }): RuntimeMember => {
      const role = { workspace: 'admin', organization: 'boss', group: 'member' }[place.kind];
      const assignments = [{ role, ...(until === undefined ? {} : { until }) }];
      return { place, subject: { type, id }, assignments, sequence: 1, token: 'a' };
    }),
  { maxLength: 4 },
);

const drawn = fc.record({ policy: anyPolicy, atMs: fc.constantFrom(...instants), given });

type Drawn = typeof drawn extends fc.Arbitrary<infer One> ? One : never;

async function groundOf({ policy, atMs, given: members }: Drawn): Promise<AccessGround> {
  const runtime = new RuntimeMembers(members);
  return { engine: await CasbinEngine.create(compileOrFail(policyFiles(policy)), runtime), runtime, atMs };
}

function compare(left: SubjectId, right: SubjectId): number {
  if (left.type !== right.type) return left.type < right.type ? -1 : 1;
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
}

describe('access, by law', () => {
  it('finds those who can do something as asking every decision one by one does', async () => {
    const seen = { asked: 0, granted: 0, byGroup: 0, atCompany: 0 };
    await fc.assert(
      fc.asyncProperty(drawn, async (one) => {
        const ground = await groundOf(one);
        const { engine, atMs } = ground;
        const everybody = [...everybodyOf(engine.policy), ...one.given.map(({ subject }) => subject)];
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
            }
            if (isAtOrganization(place)) seen.atCompany += expected.length;
          }
        }
      }),
      { numRuns: policies },
    );
    assert.isAbove(seen.granted, policies * 40, JSON.stringify(seen));
    assert.isAbove(seen.byGroup, policies, JSON.stringify(seen));
    assert.isAbove(seen.atCompany, 0, JSON.stringify(seen));
  }).timeout(60_000);

  it('tells scopes apart as the listing of a subject does, and pages of it are parts of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.integer({ min: 1, max: 4 }), async (one, limit) => {
        const ground = await groundOf(one);
        const { engine, atMs } = ground;
        for (const place of accessPlaces(engine.policy)) {
          const listings = new Map(
            everybodyOf(engine.policy).map((who) => [
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
    let [granted, later] = [0, 0];
    await fc.assert(
      fc.asyncProperty(drawn, async (one) => {
        const ground = await groundOf(one);
        const { engine, atMs } = ground;
        for (const who of [...everybodyOf(engine.policy), ...one.given.map(({ subject }) => subject)]) {
          const found = [...new SubjectAccess(ground, who).everywhere()].flatMap((each) => each ?? []);
          const byPlace = new Map(found.map((each) => [each.place.id, each]));
          for (const place of accessPlaces(engine.policy)) {
            const access = byPlace.get(place.id);
            assert.strictEqual(access === undefined, engine.assignmentsOf(place, who).length === 0);
            for (const { time } of access?.roles ?? []) if (time === 'begins') later += 1;
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
    assert.isAbove(granted, policies * 40);
    assert.isAbove(later, policies / 5);
  }).timeout(60_000);

  it('shows in the matrix what each role by itself decides', async () => {
    const states = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(anyPolicy, async (policy) => {
        const engine = await CasbinEngine.create(compileOrFail(policyFiles(policy)));
        for (const workspace of engine.policy.workspaces.values()) {
          const matrix = new RoleMatrix(engine, workspace);
          for (const { permission, scope, cells } of matrix.rows()) {
            matrix.roles.forEach((role, index) => {
              const state = cells[index]?.state ?? 'none';
              states.set(state, (states.get(state) ?? 0) + 1);
              if (permission.readsOrganization) return;
              const scopes = scope && [scope.id];
              const request = { subjectType: 'user', subjectId: 'x', workspace: workspace.id };
              const { reason } = engine.explainRoles([role], { ...request, permission: permission.id, scopes });
              const question = `${workspace.id} ${role.id} ${permission.id}@${scope?.id ?? ''}: ${state}`;
              assert.strictEqual(
                ['own', 'inherited', 'everybody'].includes(state),
                reason.code === 'granted',
                question,
              );
              assert.strictEqual(state === 'denied', reason.code === 'denied-by-role', question);
              if (state === 'off-plan') assert.strictEqual(reason.code, 'not-in-plan', question);
            });
          }
        }
      }),
      { numRuns: policies },
    );
    for (const state of ['own', 'inherited', 'everybody', 'none', 'taken-out', 'denied', 'cannot', 'no-request'])
      assert.isAbove(states.get(state) ?? 0, 0, state);
  }).timeout(60_000);
});
