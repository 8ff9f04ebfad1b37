import { givenAt, type GivenMemberships } from '../../policy/membership/given-roles.ts';
import {
  allMembers,
  atOrganization,
  isAtOrganization,
  type Organization,
  type PolicySet,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';
import { dayMs, reviewLimits } from '../../policy/review/review-limits.ts';
import { isBuiltIn, type Role } from '../../policy/role.ts';
import { formatSubject, type SubjectId } from '../../policy/subject.ts';
import type { AccessGround } from '../access/access-ground.ts';
import { subjectsAt } from '../access/subjects-at.ts';

/** The list in which somebody was given roles: of a workspace, of an organization, or the staff of the product. */
export type GivingList =
  | { readonly kind: 'workspace'; readonly at: Workspace }
  | { readonly kind: 'organization'; readonly at: Organization }
  | { readonly kind: 'staff' };

/** All that somebody was given in one list, whether it holds now or not. */
export interface HeldMembership {
  readonly list: GivingList;
  readonly subject: SubjectId;
  readonly given: readonly TimedRole[];
}

/** Each membership of a policy once, in no order. */
export function* eachMembership({ engine, runtime }: AccessGround): Generator<HeldMembership, undefined> {
  const { policy } = engine;
  for (const organization of policy.organizations) {
    const place = atOrganization(organization);
    if (place) yield* inList(policy, { kind: 'organization', at: organization }, place, runtime);
  }
  for (const workspace of policy.workspaces.values()) {
    yield* inList(policy, { kind: 'workspace', at: workspace }, workspace, runtime);
  }
  for (const { subject, assignments } of allMembers(policy.staff)) {
    yield { list: { kind: 'staff' }, subject, given: assignments };
  }
  return undefined;
}

function* inList(
  policy: PolicySet,
  list: Exclude<GivingList, { kind: 'staff' }>,
  place: Workspace,
  runtime: GivenMemberships,
): Generator<HeldMembership> {
  for (const subject of subjectsAt(policy, place, runtime)) {
    const given = givenAt(policy, list.at, subject, runtime);
    if (given.length > 0) yield { list, subject, given };
  }
}

/** The part of a log's time in which a role was held; whether that is long enough to judge by. */
export function wasHeldLong(
  { fromMs, untilMs }: Pick<TimedRole, 'fromMs' | 'untilMs'>,
  log: { readonly fromMs: number; readonly toMs: number },
): boolean {
  const from = Math.max(fromMs ?? log.fromMs, log.fromMs);
  const until = Math.min(untilMs ?? log.toMs, log.toMs);
  return until - from >= Math.min(reviewLimits.heldDays * dayMs, log.toMs - log.fromMs);
}

/** The holders of a role, or are yet to: how many, the first of them, and whether any of them held it long enough. */
export interface RoleHolding {
  readonly count: number;
  /** Those of them at places of which the log says anything. */
  readonly heard: number;
  readonly names: readonly string[];
  readonly isLong: boolean;
}

interface Holding {
  count: number;
  heard: number;
  names: string[];
  isLong: boolean;
}

/** The holders of each role, over all places. */
export class RoleHoldings {
  readonly #byRole = new Map<Role, Holding>();
  readonly #firstType: string;
  readonly #log: { readonly fromMs: number; readonly toMs: number };
  readonly #nowMs: number;

  constructor(firstType: string, log: { readonly fromMs: number; readonly toMs: number }, nowMs: number) {
    this.#firstType = firstType;
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** `isHeard`: the log has decisions about that place. */
  add({ subject, given }: HeldMembership, isHeard: boolean): void {
    const isOver = ({ untilMs }: TimedRole): boolean => untilMs !== undefined && untilMs <= this.#nowMs;
    const held = given.filter((one) => !isOver(one));
    for (const role of new Set(held.map((one) => one.role))) {
      const holding = this.#byRole.get(role) ?? { count: 0, heard: 0, names: [], isLong: false };
      this.#byRole.set(role, holding);
      holding.count += 1;
      if (isHeard) holding.heard += 1;
      holding.isLong ||= isHeard && held.some((one) => one.role === role && wasHeldLong(one, this.#log));
      keepSmallest(holding.names, formatSubject(subject, this.#firstType));
    }
  }

  of(role: Role): RoleHolding {
    return this.#byRole.get(role) ?? noHolding;
  }
}

const noHolding: RoleHolding = { count: 0, heard: 0, names: [], isLong: false };

function keepSmallest(names: string[], name: string): void {
  const last = names.at(-1);
  if (names.length >= reviewLimits.toldNames && last !== undefined && name >= last) return;
  names.push(name);
  names.sort();
  if (names.length > reviewLimits.toldNames) names.pop();
}

/** The custom roles of a place that somebody holds there, or will; one step a membership. */
export function* rolesHeldOf(place: Workspace, ground: AccessGround): Generator<void, ReadonlySet<Role>> {
  const { policy } = ground.engine;
  const held = new Set<Role>();
  const { organization } = place;
  const inside = [...policy.workspaces.values()].filter((one) => one.organization === organization);
  for (const at of isAtOrganization(place) ? [place, ...inside] : [place]) {
    const list = isAtOrganization(at) ? organization : at;
    for (const subject of subjectsAt(policy, at, ground.runtime)) {
      for (const { role, untilMs = Infinity } of givenAt(policy, list, subject, ground.runtime)) {
        if (untilMs > ground.atMs && !isBuiltIn(role)) held.add(role);
      }
      yield;
    }
  }
  return held;
}
