import type { DecisionKind } from '../support/generated-decisions.ts';
import {
  builtInRole,
  findingKey,
  thingsOf,
  type Thing,
  type UsageWorld,
  type WorldRole,
  type WorldWorkspace,
} from './usage-world.ts';

/** How often each kind of decision was made. */
export type CountedKind = DecisionKind & { readonly count: number };

/** What a review comes to by the shortest way to say it: everything is kept, and looked through again for each question. */
export interface NaiveReview {
  readonly findings: ReadonlySet<string>;
  readonly silent: readonly string[];
  readonly neverAsked: readonly string[];
  readonly strangers: number;
}

interface Place extends WorldWorkspace {
  readonly rows: readonly CountedKind[];
}

interface JudgedRole extends WorldRole {
  readonly holders: number;
  readonly unused: readonly string[];
}

export function reviewNaively(world: UsageWorld, rows: readonly CountedKind[], nowMs: number): NaiveReview {
  const byPlace = new Map<string | undefined, CountedKind[]>();
  for (const row of rows) {
    const own = byPlace.get(row.workspace) ?? [];
    byPlace.set(row.workspace, own);
    own.push(row);
  }
  const asked = new Set(rows.map(nameOf));
  const places = world.workspaces.map((one): Place => ({ ...one, rows: byPlace.get(one.id) ?? [] }));
  const findings = new Set(places.flatMap((place) => [...ofRoles(place, asked, nowMs), ...ofMembers(place, nowMs)]));
  for (const one of ofBuiltIn(places, asked)) findings.add(one);
  const all = [...Array(40).keys()].map((number) => `thing-${Math.floor(number / 10)}:act-${number % 10}`);
  const strangers = places.flatMap(({ members, rows: own }) => {
    const known = new Set(members.map(({ id }) => id));
    return own.filter(({ subject }) => !known.has(subject.id)).map(({ count }) => count);
  });
  return {
    findings,
    silent: places.filter((place) => place.rows.length === 0).map(({ id }) => id),
    neverAsked: all.flatMap((permission) => wordsOf(permission, (thing) => !asked.has(nameOf(thing)))),
    strangers: strangers.reduce((sum, count) => sum + count, 0),
  };
}

function ofRoles(
  { id: workspace, company: organization, roles, members, rows }: Place,
  asked: ReadonlySet<string>,
  nowMs: number,
): string[] {
  const tell = (kind: string, role: string, permission?: string): string =>
    findingKey(kind, { organization, workspace, role, permission });
  const judged = roles.map((role): JudgedRole & { readonly told: readonly string[]; readonly isUsed: boolean } => {
    const holders = members.filter((one) => one.role === role.id && !isOver(one, nowMs));
    const ids = new Set(members.filter((one) => one.role === role.id).map(({ id }) => id));
    const used = new Set(rows.filter(({ decision, subject }) => decision && ids.has(subject.id)).map(nameOf));
    const isUnused = (thing: Thing): boolean => asked.has(nameOf(thing)) && !used.has(nameOf(thing));
    const unused = role.permissions.flatMap((one) => wordsOf(one, isUnused));
    const isUsed = role.permissions.some((one) => thingsOf(one).some((thing) => used.has(nameOf(thing))));
    const isAsked = role.permissions.some((one) => thingsOf(one).some((thing) => asked.has(nameOf(thing))));
    const isIdle = !isUsed && holders.length > 0 && rows.length > 0 && isAsked;
    const told = [
      ...(holders.length === 0 && !isUsed ? [tell('unused-role', role.id)] : []),
      ...(isIdle ? [tell('idle-role', role.id)] : []),
      ...(isUsed ? unused.map((word) => tell('unused-permission', role.id, word)) : []),
    ];
    return { ...role, holders: holders.length, unused, isUsed, told };
  });
  const same = judged.flatMap((one) => {
    const other = judged.find((two) => two !== one && meaningOf(two) === meaningOf(one) && isBefore(two, one));
    return other ? [tell('same-role', one.id)] : [];
  });
  const used = judged.filter(({ isUsed }) => isUsed).sort((left, right) => (left.id < right.id ? -1 : 1));
  const mergeable = used.flatMap((one) => {
    const first = used.find((two) => meaningOf(two, two.unused) === meaningOf(one, one.unused));
    return first && meaningOf(first) !== meaningOf(one) ? [tell('mergeable-role', one.id)] : [];
  });
  return [...judged.flatMap(({ told }) => told), ...same, ...mergeable];
}

function isBefore(left: JudgedRole, right: JudgedRole): boolean {
  return left.holders === right.holders ? left.id < right.id : left.holders > right.holders;
}

function meaningOf({ permissions }: WorldRole, without: readonly string[] = []): string {
  const things = permissions.flatMap(thingsOf).filter((thing) => {
    return !without.includes(thing.permission) && !without.includes(nameOf(thing));
  });
  return things.map(nameOf).sort().join(' ');
}

function ofMembers({ id: workspace, company: organization, members, rows }: Place, nowMs: number): string[] {
  const seen = new Set(rows.map(({ subject }) => subject.id));
  return members.flatMap((one): string[] => {
    const { id: member, role, until } = one;
    const tell = (kind: string, of?: string): string => findingKey(kind, { organization, workspace, member, role: of });
    if (isOver(one, nowMs)) return [tell('expired-membership', role)];
    return [
      ...(until === undefined ? [] : [tell('ending-membership', role)]),
      ...(rows.length > 0 && !seen.has(member) ? [tell('unseen-member')] : []),
    ];
  });
}

function ofBuiltIn(places: readonly Place[], asked: ReadonlySet<string>): string[] {
  const heard = places.filter(({ rows }) => rows.length > 0);
  const holders = new Set(
    heard.flatMap(({ members }) => members.filter(({ role }) => role === builtInRole.id).map(({ id }) => id)),
  );
  const rows = heard.flatMap((place) =>
    place.rows.filter(({ decision, subject }) => decision && holders.has(subject.id)),
  );
  return builtInRole.permissions.flatMap((permission) => {
    const users = new Set(rows.filter((one) => one.permission === permission).map(({ subject }) => subject.id));
    const isAsked = thingsOf(permission).some((thing) => asked.has(nameOf(thing)));
    const isRare = holders.size >= 20 && users.size <= Math.floor(holders.size / 20) && isAsked;
    return isRare ? [findingKey('rarely-used', { role: builtInRole.id, permission })] : [];
  });
}

/** A permission in words: by itself where all of it is meant, else each of its scopes. */
function wordsOf(permission: string, isMeant: (thing: Thing) => boolean): string[] {
  const things = thingsOf(permission);
  const meant = things.filter(isMeant);
  return meant.length === things.length ? [permission] : meant.map(nameOf);
}

function nameOf(of: Thing | DecisionKind): string {
  const scope =
    'scope' in of && typeof of.scope === 'string' ? of.scope : 'foundScope' in of ? of.foundScope : undefined;
  return scope === undefined ? of.permission : `${of.permission}@${scope}`;
}

function isOver({ until }: { readonly until?: string }, nowMs: number): boolean {
  return until !== undefined && Date.parse(until) <= nowMs;
}
