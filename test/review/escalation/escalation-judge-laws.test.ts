import { assert } from 'chai';
import * as fc from 'fast-check';
import type { PlainEscalationStep } from '../../../src/compile/escalation/escalation-words.ts';
import { RuntimeMembers } from '../../../src/engine/runtime-members.ts';
import { PolicyPlaces } from '../../../src/policy/policy-places.ts';
import { formatCell } from '../../../src/policy/permission.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { withRuntimeMembers } from '../../../src/review/diff/matching/runtime-policy.ts';
import type { EscalationPath } from '../../../src/review/escalation/escalation-path.ts';
import { findEscalationPaths } from '../../../src/review/escalation/escalation-paths.ts';
import type { MemberChange } from '../../../src/review/members/change-question.ts';
import { findChangeFault } from '../../../src/review/members/member-change-rules.ts';
import { nowMs } from '../../support/compile-yaml.ts';
import {
  acme,
  cellsOf,
  gains,
  gameArbitrary,
  head,
  here,
  membersOf,
  policyOfGame,
  roleIds,
  subject,
  type Game,
  type Held,
  type Spanned,
} from '../../support/escalation-game.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';

const numRuns = lawRuns(300);

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

const nothing = { grants: [], denies: [], assigns: null };
const alone = { plain: nothing, other: nothing, own: nothing };
const common = { exclusive: [], requires: ['doc:read'], hasOther: false, definesOther: 'product' } as const;
const span = { escalation: 'allow', side: 'memberships', holders: 1 } as const;

/** A role that spans memberships waits for one, while another that is given up denies what it gives. */
const waiting: Game = {
  ...{ ...common, ...span, company: [['*'], []], start: { here: [], above: ['wide', 'side'] } },
  roles: {
    ...alone,
    wide: { grants: [], denies: ['bill:make'], assigns: ['owner'] },
    side: { grants: ['bill:make'], denies: [], assigns: null },
  },
};

/** Whoever would control members as a member, and is none, makes themselves none. */
const notInside: Game = {
  ...{ ...common, ...span, company: undefined, start: { here: [], above: ['wide', 'side'] } },
  roles: { ...alone, wide: nothing, side: { grants: ['team:manage'], denies: [], assigns: null } },
};

/** A role is taken for its control, and another given up for it, before the one that gives more can be kept. */
const roundabout: Game = {
  ...{ ...common, ...span, side: 'organization', company: [[], ['*']], start: { here: [], above: ['side'] } },
  roles: {
    ...alone,
    own: { grants: ['team:manage@rest'], denies: [], assigns: null },
    wide: { grants: ['team:manage@own'], denies: [], assigns: null },
    side: { grants: [], denies: ['doc:read'], assigns: ['wide', 'chief'] },
  },
};

/** What one alone may hold is not given up together with something else. */
const handedOverAlone: Game = {
  ...{ ...common, ...span, requires: ['doc:edit'], side: 'organization' },
  ...{ company: [['bill:view', 'seat:assign'], ['*']], start: { here: [], above: ['wide'] } },
  roles: {
    ...alone,
    other: { grants: ['bill:make', 'team:manage'], denies: [], assigns: null },
    wide: { grants: ['bill:pay'], denies: ['doc:read'], assigns: ['owner'] },
    side: nothing,
  },
};

describe('what lint says of a way to more', () => {
  const play = (law: (policy: PolicySet, start: Held) => void): void => {
    fc.assert(
      fc.property(gameArbitrary, (game) => {
        const policy = policyOfGame(game);
        fc.pre(policy !== undefined);
        law(policy, game.start);
      }),
      // Of things that once went wrong chance would not speak again.
      { numRuns, maxSkipsPerRun: 1000, examples: [[waiting], [notInside], [roundabout], [handedOverAlone]] },
    );
  };

  it('is what the run time lets be done, and what it lets be done is said', () => {
    play((policy, start) => {
      let isOpen = false;
      for (const end of reachable(policy, start)) isOpen ||= gains(policy, start, end);
      assert.strictEqual(walkerPaths(policy, start).length > 0, isOpen);
    });
  }).timeout(200 * Math.max(numRuns, 300));

  it('is walked at run time step by step, and gains what it says', () => {
    let walked = 0;
    play((policy, start) => {
      for (const path of walkerPaths(policy, start)) {
        // A part of what somebody holds may be enough; the way is told of that part.
        const part = {
          here: start.here.filter((id) => path.roles.includes(id)),
          above: start.above.filter((id) => path.roles.includes(id)),
        };
        // What spans memberships is held by a member, who cannot give up to be one.
        const isBare = part.here.length === 0 && policy.catalog.roles.get(part.above[0] ?? '')?.spans === 'memberships';
        let held: Held = isBare ? start : part;
        for (const step of path.steps) {
          const { place, next } = doStep(held, step);
          const roles = place.kind === 'workspace' ? next.here : next.above;
          assert.isTrue(lets(policy, held, place, roles), JSON.stringify(step));
          held = next;
        }
        const [had, has] = [cellsOf(policy, part), cellsOf(policy, held)];
        const gained = [...has].filter((index) => !had.has(index));
        if (isBare) {
          const names = policy.catalog.cells.filter(({ index }) => has.has(index)).map(formatCell);
          assert.includeMembers(names, [...path.gained]);
        } else assert.lengthOf(gained, path.gained.length);
        walked += 1;
      }
    });
    assertReached(walked, numRuns / 20);
  }).timeout(200 * Math.max(numRuns, 300));
});
