import { assert } from 'chai';
import * as fc from 'fast-check';
import { cellsOfAll } from '../../../src/compile/checks/check-exclusive.ts';
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import type { PlainEscalationStep } from '../../../src/compile/escalation/escalation-words.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { PolicyPlaces } from '../../../src/policy/policy-places.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { findRoleAt, type Place, type PlaceKind, type RuntimeMember } from '../../../src/policy/runtime-member.ts';
import { withRuntimeMembers } from '../../../src/review/diff/matching/runtime-policy.ts';
import type { EscalationPath } from '../../../src/review/escalation/escalation-path.ts';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import type { MemberChange } from '../../../src/review/members/change-question.ts';
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
  assigns: fc.option(fc.subarray(['plain', 'other', 'own', 'wide', 'side', 'chief', 'owner']), { freq: 3 }),
});

const companyGrants = fc.subarray(['bill:view', 'seat:assign', '*']);

/** A place where roles are given. */
type Spanned = Place & { readonly kind: PlaceKind };

const here: Spanned = { kind: 'workspace', id: 'w' };
const acme: Spanned = { kind: 'organization', id: 'acme' };
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
  holders: fc.constantFrom<number | string>(1, '1+'),
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

type DrawnRole = Game['roles']['plain'];

/** A built-in role sees no role of a workspace, and names none. */
function builtIn({ grants, denies, assigns }: DrawnRole, more: readonly string[] = []): object {
  const named = assigns === null ? {} : { assigns: assigns.filter((id) => id !== 'own') };
  return { grants: [...grants, ...more], denies, ...named };
}

/** The policy of a game; undefined where it has errors. One role of each kind has the holder that it must have. */
function policyOfGame(game: Game): PolicySet | undefined {
  const { escalation, exclusive, requires, roles, hasOther, company, holders } = game;
  const [plain, other] = [builtIn(roles.plain), builtIn(roles.other)];
  const [wide, side] = [builtIn(roles.wide, company?.[0]), builtIn(roles.side, company?.[1])];
  const own = { ...roles.own, assigns: roles.own.assigns ?? undefined };
  const chief = { grants: ['doc:read', 'doc:edit', 'bill:void', 'team:manage'], holders };
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
      wide: { ...wide, spans: 'organization' },
      side: { ...side, spans: 'organization' },
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

/** Who holds in YAML what one must hold, by place. */
const head = {
  workspace: { role: 'chief', subject: { type: 'user', id: 'cat' } },
  organization: { role: 'owner', subject: { type: 'user', id: 'olu' } },
} as const;

function membersOf({ here: own, above }: Held, policy?: PolicySet): RuntimeMember[] {
  const member = (place: Spanned, roles: readonly string[]): RuntimeMember[] => {
    const { role, subject: before } = head[place.kind];
    const gave: RuntimeMember = {
      place,
      subject: before,
      assignments: [{ role, handedOver: true }],
      sequence: 1,
      token: '',
    };
    const holds = roles.map((id) => ({ role: id }));
    const isHandedOver = roles.includes(role) && policy?.catalog.roles.get(role)?.holders?.most === 1;
    return [
      ...(roles.length === 0 ? [] : [{ place, subject, assignments: holds, sequence: 1, token: '' }]),
      ...(isHandedOver ? [gave] : []),
    ];
  };
  return [...member(here, own), ...member(acme, above)];
}

function cellsOf(policy: PolicySet, { here: own, above }: Held): ReadonlySet<number> {
  const roles = [...own.map((id) => findRoleAt(policy, here, id)), ...above.map((id) => findRoleAt(policy, acme, id))];
  return cellsOfAll(roles.flatMap((role) => role ?? []));
}

/**
 * Whether the judge at run time lets the walker hold something else. What one alone may hold they take in the place of who
 * does, and give up by giving it back.
 */
function lets(policy: PolicySet, held: Held, place: Spanned, roles: readonly string[]): boolean {
  const members = new RuntimeMembers(membersOf(held, policy));
  const ground = { policy, members, atMs: nowMs };
  const assignments = roles.map((role) => ({ role }));
  const { role, subject: other } = head[place.kind];
  const had = (place.kind === 'workspace' ? held.here : held.above).includes(role);
  const asks = (change: Omit<MemberChange, 'place' | 'actor'>): boolean => {
    const before = members.get(place, change.subject.type, change.subject.id);
    return findChangeFault(ground, { place, actor: subject, ...change }, before) === undefined;
  };
  const isOne = policy.catalog.roles.get(role)?.holders?.most === 1;
  if (!isOne || had === roles.includes(role)) return asks({ subject, assignments });
  if (!had) return asks({ subject, assignments, inPlaceOf: { subject: other } });
  return asks({ subject: other, assignments: [{ role }], inPlaceOf: { subject, assignments } });
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

function doStep(held: Held, { does, role = '', givingUp = [] }: PlainEscalationStep): { place: Spanned; next: Held } {
  const isAbove = ([...roleIds.organization, 'owner'] as readonly string[]).includes(role);
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
