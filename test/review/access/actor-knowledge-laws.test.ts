import { assert } from 'chai';
import * as fc from 'fast-check';
import { cellsOfAll } from '../../../src/compile/checks/check-exclusive.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { controllersOf, isOnPlan, type Cell, type Permission } from '../../../src/policy/permission.ts';
import { isAtOrganization, rolesAt } from '../../../src/policy/policy-set.ts';
import { accessPlaces } from '../../../src/review/access/access-places.ts';
import { ActorKnowledge } from '../../../src/review/access/actor-knowledge.ts';
import { anyPolicy } from '../../support/any-policy.ts';
import { everybodyAsked, mayAt } from '../../support/ask-everything.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { fixedNowMs, policyFiles, type RandomPolicy } from '../../support/random-policy.ts';

const policies = lawRuns(25);

type Details = string | { readonly title: string };

const controlled = fc.array(fc.constantFrom('members', 'roles', undefined), { minLength: 3, maxLength: 3 });

/** The policy with permissions that control something. */
function governed(policy: RandomPolicy, controls: readonly (string | undefined)[]): RandomPolicy {
  let index = 0;
  const permissions = Object.entries(policy.roles['permissions'] as Record<string, Record<string, Details>>);
  const govern = (details: Details): object => {
    const what = controls[index % controls.length];
    index += 1;
    return { ...(typeof details === 'string' ? { title: details } : details), ...(what && { controls: what }) };
  };
  const found = permissions.map(([category, byId]) => {
    return [category, Object.fromEntries(Object.entries(byId).map(([id, details]) => [id, govern(details)]))];
  });
  return { ...policy, roles: { ...policy.roles, permissions: Object.fromEntries(found) as object } };
}

describe('what an actor may know, by law', () => {
  it('is all where every decision about something that controls allows, and nothing where they were given nothing', async () => {
    const seen = { all: 0, own: 0, nothing: 0 };
    await fc.assert(
      fc.asyncProperty(anyPolicy, controlled, fc.constantFrom(fixedNowMs, 0), async (drawn, controls, atMs) => {
        const runtime = new RuntimeMembers();
        const engine = await CasbinEngine.create(compileOrFail(policyFiles(governed(drawn, controls))), runtime);
        const { permissions } = engine.policy.catalog;
        for (const actor of everybodyAsked(engine.policy)) {
          const knowledge = new ActorKnowledge({ engine, runtime, atMs }, actor);
          for (const place of accessPlaces(engine.policy)) {
            const kind = isAtOrganization(place) ? 'organization' : 'workspace';
            const controlling = (['members', 'roles'] as const).flatMap((what) =>
              controllersOf(permissions.values(), kind, what),
            );
            // A company itself is not asked about what belongs to its workspaces: there counts what changes are judged by.
            const held = cellsOfAll(rolesAt(engine.assignmentsOf(place, actor), atMs));
            const may = (permission: Permission, { scopes, index }: Cell): boolean =>
              kind === 'organization'
                ? held.has(index) && isOnPlan(permission, place.organization.plan)
                : mayAt(engine, place, actor, permission.id, scopes.length === 0 ? undefined : scopes, atMs);
            const controls = controlling.some((permission) => permission.cells.every((cell) => may(permission, cell)));
            const insight = knowledge.at(place);
            seen[insight] += 1;
            const where = `${actor.type} ${actor.id} at ${place.id}`;
            assert.strictEqual(insight === 'all', controls, where);
            const isGiven = engine.assignmentsOf(place, actor).length > 0;
            if (insight === 'nothing' && kind === 'workspace') {
              const waits = engine.assignmentsOf(place, actor).every(({ role }) => role.spans === 'memberships');
              assert.isTrue(!isGiven || waits, where);
            }
            if (isGiven && insight === 'own') assert.isTrue(knowledge.mayKnow(insight, actor), where);
          }
        }
      }),
      { numRuns: policies },
    );
    for (const [insight, count] of Object.entries(seen)) assertReached(count, 0, insight);
  });
});
