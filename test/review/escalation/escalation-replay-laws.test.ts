import { assert } from 'chai';
import * as fc from 'fast-check';
import type { PlainEscalationStep } from '../../../src/compile/escalation/escalation-words.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { formatCell } from '../../../src/policy/permission.ts';
import type { PolicySet, Workspace } from '../../../src/policy/policy-set.ts';
import type { EscalationPath } from '../../../src/review/escalation/escalation-path.ts';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import {
  compileData,
  escalationData,
  walker,
  walkersRoles,
  withWalker,
  withWalkersRoles,
  workspaceId,
  type EscalationData,
} from './random-escalation.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';

const made = 'made-on-the-way';

/** A policy that was edited, and what the walker may do in it, as the engine decides. */
interface Place {
  readonly data: EscalationData;
  readonly policy: PolicySet;
  readonly workspace: Workspace;
  readonly holds: ReadonlySet<string>;
  /** By roles of the organization alone, as where nothing else is held. */
  readonly above: ReadonlySet<string>;
}

async function placeOf(data: EscalationData): Promise<Place> {
  const policy = compileData(data);
  const engine = await CasbinEngine.create(policy);
  const workspace = policy.workspaces.get(workspaceId) ?? assert.fail();
  const elsewhere = await CasbinEngine.create(
    compileData(withWalkersRoles(data, walkersRoles(data).filter(spans(data)))),
  );
  const same = elsewhere.policy.workspaces.get(workspaceId) ?? assert.fail();
  return {
    data,
    policy,
    workspace,
    holds: heldBy(engine, workspace, walker),
    above: heldBy(elsewhere, same, walker),
  };
}

function heldBy(engine: CasbinEngine, workspace: Workspace, id: string): ReadonlySet<string> {
  const roles = engine.rolesOf(workspace, { type: 'user', id }, 0);
  return new Set(engine.policy.catalog.cells.filter((cell) => engine.allows(roles, cell)).map(formatCell));
}

/** What the walker holds, in all its scopes, that a `controls` of this kind belongs to. */
function controlling({ policy }: Place, kind: 'members' | 'roles', holds: ReadonlySet<string>): readonly string[] {
  return [...policy.catalog.permissions.values()]
    .filter(({ controls, cells }) => controls === kind && cells.every((cell) => holds.has(formatCell(cell))))
    .map(({ id }) => id);
}

function spans(data: EscalationData): (role: string) => boolean {
  return (role) => data.builtIns[role]?.spans === 'organization';
}

function beyond(after: ReadonlySet<string>, before: ReadonlySet<string>): string[] {
  return [...after].filter((cell) => !before.has(cell));
}

async function doStep(place: Place, { does, role = made, givingUp = [] }: PlainEscalationStep): Promise<Place> {
  const { data } = place;
  const roles = walkersRoles(data).filter((id) => !givingUp.includes(id));
  if (does === 'assign') return placeOf(withWalkersRoles(data, [...roles, role]));
  if (does === 'unassign' || does === 'leave')
    return placeOf(
      withWalkersRoles(
        data,
        roles.filter((id) => id !== role),
      ),
    );
  assert.equal(role in data.roles, does === 'edit-role', 'a custom role is edited, a new one is made');
  return placeOf({ ...data, roles: { ...data.roles, [role]: { grants: ['*'] } } });
}

async function replay(data: EscalationData, path: EscalationPath): Promise<void> {
  const start = await placeOf(withWalker(data, path.roles));
  let place = start;
  for (const step of path.steps) {
    if (step.does === 'leave') {
      const after = await doStep(place, step);
      assert.deepEqual(beyond(after.holds, place.holds), [], 'nobody gains by leaving');
      place = after;
      continue;
    }
    const kind = step.does === 'assign' || step.does === 'unassign' ? 'members' : 'roles';
    const holds = spans(data)(step.role ?? made) ? place.above : place.holds;
    const able = controlling(place, kind, holds);
    assert.sameMembers([step.by ?? '', ...step.also], [...able], 'the step is by what the walker holds');
    place = await doStep(place, step);
  }
  if (path.help === 'assigning') place = await doStep(place, { by: '', also: [], does: 'assign' });
  assert.isNotEmpty(path.gained);
  assert.sameMembers(beyond(place.holds, start.holds), [...path.gained]);
  const all = inReach(start);
  assert.equal(
    path.reachesEverything,
    all.every((cell) => place.holds.has(cell)),
  );
}

/** All that there is to hold: what belongs to the company, for who hands out what spans it. */
function inReach(start: Place): readonly string[] {
  const isAbove = controlling(start, 'members', start.above).length > 0;
  const { cells } = start.policy.catalog;
  return cells.filter(({ permission }) => isAbove || permission.spans === 'workspace').map(formatCell);
}

/** What each single thing that the walker may do leads to. Making a role gives nobody anything. */
async function afterOneStep(place: Place): Promise<readonly Place[]> {
  const { data, policy, workspace } = place;
  const own = walkersRoles(data);
  const steps: PlainEscalationStep[] = [];
  for (const { id } of [...policy.catalog.roles.values(), ...workspace.roles.values()]) {
    if (controlling(place, 'members', spans(data)(id) ? place.above : place.holds).length === 0) continue;
    steps.push({ by: '', also: [], does: own.includes(id) ? 'unassign' : 'assign', role: id });
  }
  if (controlling(place, 'roles', place.holds).length > 0) {
    for (const role of own.filter((id) => id in data.roles)) steps.push({ by: '', also: [], does: 'edit-role', role });
  }
  const places: Place[] = [];
  for (const step of steps) places.push(await doStep(place, step));
  return places;
}

async function assertNoWay(data: EscalationData, roles: readonly string[], steps: 1 | 2): Promise<void> {
  const start = await placeOf(withWalker(data, roles));
  let level: readonly Place[] = [start];
  for (let step = 1; step <= steps; step += 1) {
    level = (await Promise.all(level.map(afterOneStep))).flat();
    for (const place of level) {
      assert.deepEqual(beyond(place.holds, start.holds), [], `${roles.join('+')} gains in ${step} steps`);
    }
  }
}

describe('escalation paths of random policies', function () {
  this.timeout(120_000);

  it('lead where they say, step by step, when they are walked in edited files', async () => {
    const kinds = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(escalationData, async (data) => {
        for (const path of findEscalationPaths(compileData(data))) {
          // What is true where roles may be made cannot be walked where they may not.
          if (path.key.startsWith('*/') && data.plan === 'small' && path.workspaces.length === 0) continue;
          await replay(data, path);
          const kind = `${path.help} ${path.steps.map(({ does }) => does).join(' ')}`;
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        }
      }),
      { numRuns: lawRuns(200), seed: 4 },
    );
    const walked = [...kinds.keys()];
    for (const kind of ['assign', 'edit-role', 'unassign', 'create-role assign unassign', 'assign edit-role']) {
      assert.include(walked, `none ${kind}`);
    }
    assert.include(walked, 'assigning create-role');
  });

  it('are all there are: where none is told, nothing that may be done gives more', async () => {
    let checked = 0;
    await fc.assert(
      fc.asyncProperty(escalationData, async (data) => {
        const policy = compileData(data);
        const paths = findEscalationPaths(policy);
        if (data.escalation === 'prevent') {
          assert.deepEqual(paths, [], "every gain by one's own hand is refused");
          return;
        }
        const starts = [...Object.keys(data.builtIns), ...Object.keys(data.roles)].map((id) => [id]);
        for (const roles of starts.filter(([id]) => !paths.some((path) => path.roles.join() === id))) {
          await assertNoWay(data, roles, 2);
          checked += 1;
        }
        for (const id of new Set([...Object.keys(data.members), ...Object.keys(data.organization)])) {
          if (paths.some(({ members }) => members.includes(id))) continue;
          await assertNoWay(data, [...(data.organization[id] ?? []), ...(data.members[id] ?? [])], 2);
          checked += 1;
        }
      }),
      { numRuns: lawRuns(60), seed: 4 },
    );
    assertReached(checked, 120);
  });

  it('are the shortest: one step is told where one step is enough', async () => {
    await fc.assert(
      fc.asyncProperty(escalationData, async (data) => {
        for (const path of findEscalationPaths(compileData(data))) {
          if (path.steps.length === 1 || path.help === 'assigning') continue;
          // What is told of every workspace is the shortest by what every workspace has.
          const ground = path.workspace === undefined ? { ...data, roles: {}, members: {} } : data;
          const start = await placeOf(withWalker(ground, path.roles));
          for (const place of await afterOneStep(start)) {
            const gained = beyond(place.holds, start.holds);
            assert.isBelow(gained.length, path.gained.length, `${path.key} gains as much in one step`);
            if (!gainsAll(path, start)) assert.isEmpty(gained);
          }
        }
      }),
      { numRuns: lawRuns(100), seed: 4 },
    );
  });
});

/** Whether the path gains all there is: what is not held, and not denied by a role that cannot be given up. */
function gainsAll(path: EscalationPath, place: Place): boolean {
  const { policy, data, holds } = place;
  const isKept = controlling(place, 'members', place.above).length === 0;
  const kept = isKept ? (data.organization[walker] ?? []) : [];
  const above = kept.flatMap((id) => policy.catalog.roles.get(id)?.rules ?? []);
  const denied = new Set(above.filter(({ effect }) => effect === 'deny').map(({ cell }) => cell));
  const reach = new Set(inReach(place));
  const missing = policy.catalog.cells.filter(
    (cell) => reach.has(formatCell(cell)) && !denied.has(cell) && !holds.has(formatCell(cell)),
  );
  // A role that denies may be left where nothing is gained by that alone; then there is more.
  return path.gained.length >= missing.length;
}
