import { assert } from 'chai';
import * as fc from 'fast-check';
import { cellsOfAll } from '../../../src/compile/checks/check-exclusive.ts';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import type { PlainEscalationStep } from '../../../src/compile/escalation/escalation-words.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { PolicyPlaces } from '../../../src/policy/policy-places.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { findRoleAt, type Place, type RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { withRuntimeMembers } from '../../../src/review/diff/matching/runtime-policy.ts';
import type { EscalationPath } from '../../../src/review/escalation/escalation-path.ts';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import { findChangeFault } from '../../../src/review/members/member-change-rules.ts';
import { nowMs } from '../../support/compile-yaml.ts';
import { sourceFiles } from '../../support/policy-texts.ts';

const numRuns = Number(process.env['ROLEBOOK_LAW_RUNS'] ?? 300);

const things = ['doc:read', 'doc:edit', 'doc:edit@own', 'bill:make', 'bill:pay', 'bill:void'];
const controls = ['team:manage', 'team:manage', 'team:manage', 'team:manage@own', 'team:manage@rest'];

const grantsArbitrary = fc
  .record({
    some: fc.uniqueArray(fc.constantFrom(...things), { maxLength: 3 }),
    control: fc.option(fc.constantFrom(...controls), { freq: 2 }),
  })
  .map(({ some, control }) => [...some, ...(control === null ? [] : [control])]);

const roleArbitrary = fc.record({
  grants: grantsArbitrary,
  denies: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...things, 'team:manage'), { maxLength: 2 }) },
  ),
});

const companyGrants = fc.subarray(['bill:view', 'seat:assign', '*']);

const here: Place = { kind: 'workspace', id: 'w' };
const acme: Place = { kind: 'organization', id: 'acme' };
const roleIds = { workspace: ['plain', 'other', 'own'], organization: ['wide', 'side'] } as const;

const gameArbitrary = fc.record({
  escalation: fc.constantFrom('allow', 'allow', 'allow', 'prevent'),
  exclusive: fc.constantFrom([], [['bill:make', 'bill:pay']]),
  requires: fc.constantFrom([], ['doc:read'], ['doc:edit']),
  roles: fc.record({
    plain: roleArbitrary,
    other: roleArbitrary,
    own: roleArbitrary,
    wide: roleArbitrary,
    side: roleArbitrary,
  }),
  hasOther: fc.boolean(),
  /** What the two roles of the company grant of what belongs to it; undefined: nothing does. */
  company: fc.option(fc.tuple(companyGrants, companyGrants), { nil: undefined }),
  start: fc.record({
    here: fc.subarray([...roleIds.workspace]),
    above: fc.subarray([...roleIds.organization]),
  }),
});

type Game = typeof gameArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

const ofCompany = (requires: readonly string[]): object => ({
  'bill:view': { title: 'View', spans: 'organization', ...(requires.length > 0 ? { requires } : {}) },
  'seat:assign': { title: 'Seats', spans: 'organization', controls: 'members' },
});

/** The policy of a game; undefined where it has errors. One role of each kind has all the holders it may have. */
function policyOfGame({ escalation, exclusive, requires, roles, hasOther, company }: Game): PolicySet | undefined {
  const { plain, other, own, wide, side } = roles;
  const chief = { grants: ['doc:read', 'doc:edit', 'bill:void', 'team:manage'], holders: 1 };
  const text = JSON.stringify({
    scopes: { own: { when: { 'resource.owner': '$subject.id' } }, rest: {} },
    permissions: {
      C: {
        'doc:read': 'Read',
        'doc:edit': { title: 'Edit', scopes: ['own', 'rest'] },
        'bill:make': 'Make',
        'bill:pay': 'Pay',
        'bill:void': { title: 'Void', requires },
        'team:manage': { title: 'Manage', scopes: ['own', 'rest'], controls: 'members' },
      },
      ...(company ? { Company: ofCompany(requires.length > 0 ? ['seat:assign'] : []) } : {}),
    },
    exclusive,
    escalation,
    roles: {
      plain,
      other,
      wide: { ...wide, grants: [...wide.grants, ...(company?.[0] ?? [])], spans: 'organization' },
      side: { ...side, grants: [...side.grants, ...(company?.[1] ?? [])], spans: 'organization' },
      chief,
      owner: { ...chief, spans: 'organization' },
    },
  });
  const files = {
    'roles.yaml': text,
    'policies/organization.yaml': JSON.stringify({ organization: 'acme', members: { olu: 'owner' } }),
    'policies/w.yaml': JSON.stringify({ workspace: 'w', roles: { own }, members: { cat: 'chief' } }),
    ...(hasOther ? { 'policies/x.yaml': JSON.stringify({ workspace: 'x', members: { cat: 'chief' } }) } : {}),
  };
  return compilePolicy(sourceFiles(files), nowMs).policy;
}

interface Held {
  readonly here: readonly string[];
  readonly above: readonly string[];
}

const subject = { type: 'user', id: 'walker' };

function membersOf({ here: own, above }: Held): RuntimeMember[] {
  const member = (place: Place, roles: readonly string[]): RuntimeMember[] =>
    roles.length === 0
      ? []
      : [{ place, subject, assignments: roles.map((role) => ({ role })), sequence: 1, token: '' }];
  return [...member(here, own), ...member(acme, above)];
}

function cellsOf(policy: PolicySet, { here: own, above }: Held): ReadonlySet<number> {
  const roles = [...own.map((id) => findRoleAt(policy, here, id)), ...above.map((id) => findRoleAt(policy, acme, id))];
  return cellsOfAll(roles.flatMap((role) => role ?? []));
}

/** Whether the judge at run time lets the walker hold something else. */
function lets(policy: PolicySet, held: Held, place: Place, roles: readonly string[]): boolean {
  const members = new RuntimeMembers(membersOf(held));
  const assignments = roles.map((role) => ({ role }));
  const before = members.get(place, subject.type, subject.id);
  const change = { place, subject, actor: subject, assignments };
  return findChangeFault({ policy, members, atMs: nowMs }, change, before) === undefined;
}

function subsetsOf(ids: readonly string[]): string[][] {
  return ids.reduce<string[][]>((all, id) => [...all, ...all.map((some) => [...some, id])], [[]]);
}

const choices = {
  here: subsetsOf([...roleIds.workspace, 'chief']),
  above: subsetsOf([...roleIds.organization, 'owner']),
};

/** All that the walker can come to hold by changing their own memberships, one after the other. */
function* reachable(policy: PolicySet, start: Held): Generator<Held> {
  const keyOf = (held: Held): string => JSON.stringify([[...held.here].sort(), [...held.above].sort()]);
  const seen = new Set([keyOf(start)]);
  const queue: Held[] = [start];
  for (let held = queue.shift(); held; held = queue.shift()) {
    yield held;
    const from = held;
    const changes = [
      ...choices.here.map((roles) => ({ place: here, roles, next: { ...from, here: roles } })),
      ...choices.above.map((roles) => ({ place: acme, roles, next: { ...from, above: roles } })),
    ];
    for (const { place, roles, next } of changes) {
      if (seen.has(keyOf(next)) || !lets(policy, from, place, roles)) continue;
      seen.add(keyOf(next));
      queue.push(next);
    }
  }
}

function gains(policy: PolicySet, start: Held, end: Held): boolean {
  const had = cellsOf(policy, start);
  return [...cellsOf(policy, end)].some((index) => !had.has(index));
}

function walkerPaths(policy: PolicySet, start: Held): EscalationPath[] {
  const merged = withRuntimeMembers(new PolicyPlaces(policy), membersOf(start));
  return findEscalationPaths(merged, nowMs).filter(
    ({ members, workspaces }) => members.includes('walker') && workspaces.includes('w'),
  );
}

function doStep(held: Held, { does, role = '', givingUp = [] }: PlainEscalationStep): { place: Place; next: Held } {
  const isAbove = (roleIds.organization as readonly string[]).includes(role);
  const kept = (isAbove ? held.above : held.here).filter((id) => id !== role && !givingUp.includes(id));
  const roles = does === 'assign' ? [...kept, role] : kept;
  return isAbove ? { place: acme, next: { ...held, above: roles } } : { place: here, next: { ...held, here: roles } };
}

describe('what lint says of a way to more', () => {
  const play = (law: (policy: PolicySet, start: Held) => void): void => {
    fc.assert(
      fc.property(gameArbitrary, (game) => {
        const policy = policyOfGame(game);
        fc.pre(policy !== undefined);
        law(policy, game.start);
      }),
      { numRuns, maxSkipsPerRun: 1000 },
    );
  };

  it('is what the run time lets be done, and what it lets be done is said', () => {
    play((policy, start) => {
      let isOpen = false;
      for (const end of reachable(policy, start)) isOpen ||= gains(policy, start, end);
      assert.strictEqual(walkerPaths(policy, start).length > 0, isOpen);
    });
  }).timeout(60_000);

  it('is walked at run time step by step, and gains what it says', () => {
    let walked = 0;
    play((policy, start) => {
      for (const path of walkerPaths(policy, start)) {
        // A part of what somebody holds may be enough; the way is told of that part.
        const part = {
          here: start.here.filter((id) => path.roles.includes(id)),
          above: start.above.filter((id) => path.roles.includes(id)),
        };
        let held: Held = part;
        for (const step of path.steps) {
          const { place, next } = doStep(held, step);
          const roles = place.kind === 'workspace' ? next.here : next.above;
          assert.isTrue(lets(policy, held, place, roles), JSON.stringify(step));
          held = next;
        }
        const had = cellsOf(policy, part);
        const gained = [...cellsOf(policy, held)].filter((index) => !had.has(index));
        assert.lengthOf(gained, path.gained.length);
        walked += 1;
      }
    });
    assert.isAbove(walked, numRuns / 20);
  }).timeout(60_000);
});
