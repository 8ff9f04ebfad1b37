import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';

/** Differences of one kind: which way, of which permission, by which role. */
export interface WeighedKind {
  /** The answer of the new policy, where the live one says the opposite. */
  readonly answer: 'denied' | 'allowed';
  readonly permission: string;
  /** The role that grants it in the one that allows it; undefined: none does by itself. */
  readonly role: string | undefined;
  readonly count: number;
}

/** The requests that two policies answer otherwise, counted; nobody who asked is named. */
export interface RequestWeighing {
  readonly compared: number;
  readonly denied: number;
  readonly allowed: number;
  /** The biggest kinds of them. */
  readonly kinds: readonly WeighedKind[];
}

/** Decides requests by two engines as of one instant, so that no date that passes is a difference. */
export function* weighRequests(
  before: CasbinEngine,
  after: CasbinEngine,
  requests: readonly EnforceRequest[],
  atMs: number,
): Generator<void, RequestWeighing> {
  const counts = { denied: 0, allowed: 0 };
  const kinds = new Map<string, WeighedKind>();
  for (const [index, request] of requests.entries()) {
    if (index % weighedAtOnce === 0) yield;
    const isAllowed = after.decide(request, atMs) === 'granted';
    if (isAllowed === (before.decide(request, atMs) === 'granted')) continue;
    const answer = isAllowed ? 'allowed' : 'denied';
    counts[answer] += 1;
    const { role } = (isAllowed ? after : before).explain(request, atMs).reason;
    noteKind(kinds, { answer, permission: request.permission, role, count: 1 });
  }
  const biggest = [...kinds.values()].sort(compareKinds).slice(0, limits.budget.toldKinds);
  return { compared: requests.length, ...counts, kinds: biggest };
}

/** As one sentence: `3 of 120 remembered requests …`. */
export function describeWeighing({ compared, denied, allowed, kinds }: RequestWeighing): string {
  const ways = [
    ...(denied > 0 ? [`${denied} allowed → denied`] : []),
    ...(allowed > 0 ? [`${allowed} denied → allowed`] : []),
  ];
  const told = kinds.map(
    ({ answer, permission, role, count }) =>
      `${permission} ${answer}${role === undefined ? '' : ` (role ${role})`} ${count}`,
  );
  const changed = denied + allowed;
  const most = told.length > 0 ? `; most: ${told.join(', ')}` : '';
  return `${changed} of ${compared} remembered requests would be answered otherwise: ${ways.join(', ')}${most}`;
}

/** Some microseconds each. */
const weighedAtOnce = 32;

function noteKind(kinds: Map<string, WeighedKind>, kind: WeighedKind): void {
  const key = JSON.stringify([kind.answer, kind.permission, kind.role ?? null]);
  const known = kinds.get(key);
  if (known === undefined && kinds.size >= limits.budget.kinds) return;
  kinds.set(key, { ...kind, count: (known?.count ?? 0) + 1 });
}

function compareKinds(left: WeighedKind, right: WeighedKind): number {
  if (left.count !== right.count) return right.count - left.count;
  const [one, other] = [left, right].map(({ answer, permission, role = '' }) => `${permission} ${answer} ${role}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
