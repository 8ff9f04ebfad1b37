import type { Catalog, ExclusivePair } from '../../policy/catalog.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import type { DistinctMember } from '../../policy/membership/effective-members.ts';
import { rolesAt, type Assignment, type Member } from '../../policy/policy-set.ts';
import { formatPosition } from '../../policy/position.ts';
import type { ProblemList } from '../../policy/problem-list.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';
import type { Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { brokenPairs, rolesThatGive } from './check-exclusive.ts';
import { instantsFrom } from './check-times.ts';
import { quote } from '../words/describe-value.ts';
import { describeHolder } from '../words/holder-words.ts';

/**
 * Members who hold both sides of an exclusive pair at one instant, now or later, though none of their roles does alone.
 * What is held from above, in the organization or as staff, counts with what is held here; a pair that it breaks by
 * itself is told there.
 */
export function findExclusiveMembers(
  holders: Iterable<DistinctMember>,
  aboveOf: (subject: SubjectId) => Member | undefined,
  catalog: Catalog,
  nowMs: number,
  problems: ProblemList,
): void {
  if (catalog.exclusive.length === 0) return;
  const pairs = new RememberedPairs(catalog);
  for (const holder of holders) {
    const { member } = holder;
    const above = aboveOf(member.subject)?.assignments ?? [];
    if (member.assignments.length + above.length < 2) continue;
    for (const [pair, period] of findPeriods(member.assignments, above, pairs, nowMs)) {
      if (!problems.takes('exclusive-permissions')) continue;
      problems.told.push(describeExclusive(holder, above, pair, period, catalog.subjectTypes[0], nowMs));
    }
  }
}

/** Broken pairs by the roles that break them: many members hold the same. */
class RememberedPairs {
  readonly #catalog: Catalog;
  readonly #known = new Map<string, ReadonlySet<ExclusivePair>>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Pairs that these roles break together and none of them alone: such a role is told once, where it is defined. */
  of(roles: readonly Role[]): ReadonlySet<ExclusivePair> {
    if (roles.length < 2) return new Set();
    const key = roles.map(({ id }) => id).join('+');
    const known = this.#known.get(key);
    if (known) return known;
    const alone = new Set(roles.flatMap((role) => brokenPairs([role], this.#catalog)));
    const together = new Set(brokenPairs(roles, this.#catalog).filter((pair) => !alone.has(pair)));
    this.#known.set(key, together);
    return together;
  }
}

/** From when until when a pair is held the first time, and by which roles. */
interface Period {
  readonly roles: readonly Role[];
  readonly fromMs: number;
  untilMs: number | undefined;
}

function findPeriods(
  own: readonly Assignment[],
  above: readonly Assignment[],
  pairs: RememberedPairs,
  nowMs: number,
): Map<ExclusivePair, Period> {
  const periods = new Map<ExclusivePair, Period>();
  for (const atMs of instantsFrom([...own, ...above], nowMs)) {
    const roles = rolesAt([...own, ...above], atMs);
    const toldAbove = pairs.of(rolesAt(above, atMs));
    const broken = new Set([...pairs.of(roles)].filter((pair) => !toldAbove.has(pair)));
    for (const [pair, period] of periods) if (!broken.has(pair)) period.untilMs ??= atMs;
    for (const pair of broken) if (!periods.has(pair)) periods.set(pair, { roles, fromMs: atMs, untilMs: undefined });
  }
  return periods;
}

function describeExclusive(
  holder: DistinctMember,
  above: readonly Assignment[],
  { first, second }: ExclusivePair,
  period: Period,
  firstType: string,
  nowMs: number,
): Problem {
  const givers = [first, second].map((permission) => rolesThatGive(permission, period.roles));
  const sides = [first, second].map(
    (permission, side) => `${quote(permission.id)} (${(givers[side] ?? []).map(({ id }) => quote(id)).join(', ')})`,
  );
  const who = describeHolder(holder, firstType);
  const message = `${who} ${holder.others === 0 ? 'holds' : 'hold'} both ${sides.join(' and ')}${formatPeriod(period, nowMs)}, which exclude each other`;
  const fromAbove = above.find(({ role }) => givers.some((roles) => roles.includes(role)));
  const elsewhere = fromAbove ? `; ${quote(fromAbove.role.id)} is given at ${formatPosition(fromAbove.position)}` : '';
  return createProblem(
    'exclusive-permissions',
    holder.member.position,
    message,
    `take one of the roles away${elsewhere}`,
  );
}

function formatPeriod({ fromMs, untilMs }: Period, nowMs: number): string {
  const from = fromMs === nowMs ? '' : ` from ${formatInstant(fromMs)}`;
  if (untilMs !== undefined) return `${from} until ${formatInstant(untilMs)}`;
  return from === '' ? '' : `${from} on`;
}
