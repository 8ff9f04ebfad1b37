import { assert } from 'chai';
import * as fc from 'fast-check';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import type { DecisionCount } from '../../../src/policy/decision-log/decision-count.ts';
import { isOnPlan } from '../../../src/policy/permission.ts';
import {
  allMembers,
  allRoles,
  findParent,
  isAtOrganization,
  type PolicySet,
  type Workspace,
} from '../../../src/policy/policy-set.ts';
import { isBuiltIn, ruleFor, type Role } from '../../../src/policy/role.ts';
import { formatSubject, type SubjectId } from '../../../src/policy/subject.ts';
import { accessPlaces } from '../../../src/review/access/access-places.ts';
import { groundOfFiles } from '../../../src/review/access/access-ground.ts';
import { reviewUsage } from '../../../src/review/usage/review-usage.ts';
import type { UsageFinding } from '../../../src/review/usage/usage-finding.ts';
import { UsageTally } from '../../../src/review/usage/usage-tally.ts';
import { anyPolicy } from '../../support/any-policy.ts';
import { everybodyAsked } from '../../support/ask-everything.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { fixedNowMs, policyFiles } from '../../support/random-policy.ts';
import { quarter } from './small-world.ts';

const policies = lawRuns(60);

const log = { ...quarter, from: '2026-08-20T00:00:00Z', to: '2026-11-20T00:00:00Z' };

/** A question of the past: who, where, what, by numbers that mean something in any policy. */
const questions = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 40, maxLength: 300 });

interface Asked {
  readonly place: Workspace;
  readonly subject: SubjectId;
  readonly permission: string;
  readonly scope: string | undefined;
  readonly isAllowed: boolean;
}

type Word = readonly [permission: string, scope: string | undefined];

/** Asks the engine, as the application did then. */
function askAll(engine: CasbinEngine, drawn: readonly (readonly [number, number, number])[]): readonly Asked[] {
  const { policy } = engine;
  const [people, places] = [everybodyAsked(policy), accessPlaces(policy)];
  const words = [...policy.catalog.permissions.values()].flatMap(({ id, scopes }): Word[] =>
    scopes.length === 0 ? [[id, undefined]] : scopes.map((scope): Word => [id, scope.id]),
  );
  return drawn.flatMap(([who, where, what]): Asked[] => {
    const [subject, place, word] = [
      people[who % people.length],
      places[where % places.length],
      words[what % words.length],
    ];
    if (!subject || !place || !word) return [];
    const [permission, scope] = word;
    const at = isAtOrganization(place)
      ? { workspace: undefined, organization: place.organization.id }
      : { workspace: place.id };
    const scopes = scope === undefined ? undefined : [scope];
    const request = { subjectType: subject.type, subjectId: subject.id, ...at, permission, scopes };
    return [{ place, subject, permission, scope, isAllowed: engine.decide(request, fixedNowMs) === 'granted' }];
  });
}

function rowOf({ place, subject, permission, scope, isAllowed }: Asked): DecisionCount {
  const { id } = place.organization;
  return {
    subject,
    ...(isAtOrganization(place) ? { organization: id } : { workspace: place.id }),
    permission,
    ...(scope === undefined ? {} : { foundScope: scope }),
    decision: isAllowed,
    reason: isAllowed ? 'granted' : 'not-granted',
    count: 1,
    first: '2026-10-01T00:00:00Z',
    last: '2026-10-01T00:00:00Z',
  };
}

function follows(policy: PolicySet, role: Role, above: Role): boolean {
  if (role === above) return true;
  return role.extends.some((id) => {
    const parent = findParent(policy, role, id);
    return parent !== undefined && follows(policy, parent, above);
  });
}

/** Whether somebody who was given the role, or one that follows it, did this anywhere: one question at a time. */
function didAny(
  engine: CasbinEngine,
  asked: readonly Asked[],
  role: Role,
  permission: string,
  scope: string | undefined,
): boolean {
  return asked.some((one) => {
    if (!one.isAllowed || one.permission !== permission || one.scope !== scope) return false;
    const given = engine.assignmentsOf(one.place, one.subject);
    return given.some((held) => follows(engine.policy, held.role, role));
  });
}

/** All that a role gives beyond the baseline, each scope by itself. */
function givenWords({ catalog }: PolicySet, role: Role): Word[] {
  return [...catalog.permissions.values()].flatMap(({ id, scopes, cells, cellsByWord }): Word[] =>
    (scopes.length === 0 ? [undefined] : scopes.map((one) => one.id)).flatMap((scope): Word[] => {
      const cell = scope === undefined ? cells[0] : cellsByWord.get(scope);
      const isGiven = cell && !catalog.baseline.has(cell) && ruleFor(role, cell)?.effect === 'allow';
      return isGiven === true ? [[id, scope]] : [];
    }),
  );
}

/** What of it was asked of somebody, and was done by no holder: as plain as can be. */
function unusedPlainly(engine: CasbinEngine, asked: readonly Asked[], role: Role): Set<string> {
  const unused = givenWords(engine.policy, role).filter(([id, scope]) => {
    const wasAsked = asked.some((one) => one.permission === id && one.scope === scope);
    return wasAsked && !didAny(engine, asked, role, id, scope);
  });
  return new Set(unused.map(([id, scope]) => (scope === undefined ? id : `${id}@${scope}`)));
}

describe('a review, by law', () => {
  it('finds unused what asking one by one finds unused, and nobody unseen who was seen', async () => {
    const seen = { unused: 0, idle: 0, unseen: 0, other: 0, kept: 0 };
    await fc.assert(
      fc.asyncProperty(anyPolicy, questions, async (random, drawn) => {
        const policy = compileOrFail(policyFiles(random));
        const engine = await CasbinEngine.create(policy);
        const ground = groundOfFiles(engine, fixedNowMs);
        const asked = askAll(engine, drawn);
        const tally = new UsageTally(ground);
        for (const one of asked) tally.add(rowOf(one));
        const { findings } = reviewUsage({ ground, tally, log, waivers: [], knowsRuntime: true });
        for (const finding of findings) seen[checkFinding(engine, asked, finding)] += 1;
        seen.kept += countMissed(engine, asked, findings);
      }),
      { numRuns: policies },
    );
    for (const [what, times] of Object.entries(seen)) assertReached(times, 0, what);
  });
});

/** Fails where a finding says more than asking one by one; it answers what it was about. */
function checkFinding(
  engine: CasbinEngine,
  asked: readonly Asked[],
  { kind, about }: UsageFinding,
): 'unused' | 'idle' | 'unseen' | 'other' {
  const role = allRoles(engine.policy).find(
    (one) => one.id === about.role && one.workspace === about.workspace && !isBuiltIn(one),
  );
  if (kind === 'unused-permission' && role) {
    const [id = '', scope] = (about.permission ?? '').split('@');
    const plain = [...unusedPlainly(engine, asked, role)];
    const isMeant = (word: string): boolean =>
      scope === undefined ? word.split('@')[0] === id : word === about.permission;
    assert.isTrue(plain.some(isMeant), about.permission);
    assert.isFalse(didAny(engine, asked, role, id, scope), about.permission);
    return 'unused';
  }
  if (kind === 'idle-role' && role) {
    assert.isFalse(
      givenWords(engine.policy, role).some(([id, scope]) => didAny(engine, asked, role, id, scope)),
      about.role,
    );
    return 'idle';
  }
  if (kind !== 'unseen-member') return 'other';
  const isThere = ({ place, subject }: Asked): boolean => {
    if (formatSubject(subject, 'user') !== about.member) return false;
    if (about.workspace !== undefined) return place.id === about.workspace;
    return about.organization === undefined || place.organization.id === about.organization;
  };
  assert.isFalse(asked.some(isThere), about.member);
  return 'unseen';
}

/**
 * Fails where a workspace's own role has a permission that nobody used, somebody who has held it for long, and one that was
 * used, and no finding says so; it answers how often that was looked at. What comes from a role above may be told there.
 */
function countMissed(engine: CasbinEngine, asked: readonly Asked[], findings: readonly UsageFinding[]): number {
  const { policy } = engine;
  let looked = 0;
  for (const workspace of policy.workspaces.values()) {
    for (const role of workspace.roles.values()) {
      const given = givenWords(policy, role);
      const isUsed = given.some(([id, scope]) => didAny(engine, asked, role, id, scope));
      if (role.isFrozen || !isUsed || !isHeldLong(workspace, role) || !asked.some(({ place }) => place === workspace))
        continue;
      for (const word of unusedPlainly(engine, asked, role)) {
        const [id = ''] = word.split('@');
        const permission = policy.catalog.permissions.get(id);
        const parents = role.extends.flatMap((parent) => findParent(policy, role, parent) ?? []);
        const isAbove = parents.some((parent) => givenWords(policy, parent).some(([one]) => one === id));
        // What the plan does not have nobody can use, so nothing is said of it.
        const isOff = permission !== undefined && !isOnPlan(permission, workspace.organization.plan);
        if (isAbove || isOff || permission?.readsOrganization === true) continue;
        const isTold = findings.some(({ kind, about }) => {
          const isIt = about.workspace === workspace.id && about.role === role.id;
          return isIt && kind === 'unused-permission' && (about.permission === word || about.permission === id);
        });
        looked += 1;
        assert.isTrue(isTold, `${workspace.id}/${role.id} ${word}`);
      }
    }
  }
  return looked;
}

function isHeldLong({ members }: Workspace, role: Role): boolean {
  return [...allMembers(members)].some(({ assignments }) =>
    assignments.some(
      ({ role: held, fromMs = 0, untilMs = Infinity }) =>
        held === role && fromMs < Date.UTC(2026, 1, 1) && untilMs > fixedNowMs,
    ),
  );
}
