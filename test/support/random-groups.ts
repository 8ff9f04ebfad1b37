import * as fc from 'fast-check';
import { effectiveMembers } from '../../src/policy/membership/effective-members.ts';
import { allMembers, type PolicySet } from '../../src/policy/policy-set.ts';
import type { SubjectId } from '../../src/policy/subject.ts';
import { hostileIds, randomPolicy, type RandomPolicy } from './random-policy.ts';

/** A role and its days, as a policy's data have it. */
interface Given {
  readonly role: string;
  readonly from?: string;
  readonly until?: string;
}

type Members = Readonly<Record<string, readonly Given[]>>;
type GroupLists = Readonly<Record<string, readonly string[]>>;

const groupIds = ['emea', '42', 'On_call.2'];

const subjects = [...hostileIds, ...hostileIds.slice(0, 6).map((id) => `service:${id}`), 'user:bo:x'];

const groupLists: fc.Arbitrary<GroupLists> = fc
  .tuple(...groupIds.map(() => fc.uniqueArray(fc.constantFrom(...subjects), { maxLength: 8 })))
  .map((lists) => Object.fromEntries(groupIds.map((id, index) => [id, lists[index] ?? []])));

const days = ['2026-01-01', '2026-11-19', '2026-11-20', '2026-11-21', '2027-06-30'];

function givenArbitrary(roles: readonly string[]): fc.Arbitrary<Members> {
  const one = fc.record({
    role: fc.constantFrom(...roles),
    from: fc.option(fc.constantFrom(0, 1, 2), { nil: undefined }),
    until: fc.option(fc.constantFrom(2, 3, 4), { nil: undefined }),
  });
  const list = fc
    .uniqueArray(one, { minLength: 1, maxLength: 2, selector: ({ role }) => role })
    .map((drawn) => drawn.map(({ role, from, until }) => describeGiven(role, days[from ?? -1], days[until ?? -1])));
  return fc.dictionary(fc.constantFrom(...groupIds.map((id) => `group:${id}`)), list, { noNullPrototype: true });
}

function describeGiven(role: string, from: string | undefined, until: string | undefined): Given {
  return { role, ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

/** Groups for a random policy: who is in them, and what they are given. */
export const randomGroups = fc.record({
  groups: groupLists,
  organization: givenArbitrary(['boss', 'roamer', 'chief', 'rover']),
  workspaces: fc.tuple(
    givenArbitrary(['member', 'admin', 'lead', 'custom-a']),
    givenArbitrary(['member', 'admin', 'lead', 'Custom-A']),
  ),
});

type RandomGroups = typeof randomGroups extends fc.Arbitrary<infer Drawn> ? Drawn : never;

export function addGroups(policy: RandomPolicy, drawn: RandomGroups): RandomPolicy {
  const ofCompany = Object.keys(policy.organization['roles'] ?? {});
  const organization = {
    ...policy.organization,
    groups: drawn.groups,
    members: { ...membersOf(policy.organization), ...keepKnown(drawn.organization, ['boss', 'roamer', ...ofCompany]) },
  };
  const workspaces = policy.workspaces.map((workspace, index) => {
    const shared = ofCompany.filter((id) => id === 'lead');
    const known = ['member', 'admin', ...shared, ...Object.keys(workspace['roles'] as object)];
    const groups = keepKnown(drawn.workspaces[index] ?? {}, known);
    return { ...workspace, members: { ...membersOf(workspace), ...groups } };
  });
  return { ...policy, organization, workspaces };
}

function keepKnown(members: Members, known: readonly string[]): Members {
  const given = Object.entries(members).map(
    ([group, list]) => [group, list.filter(({ role }) => known.includes(role))] as const,
  );
  return Object.fromEntries(given.filter(([, list]) => list.length > 0));
}

/** Everybody who holds something in a policy, by themselves, by a group or as staff. */
export function everybodyOf({
  organizations,
  workspaces,
  staff,
}: Pick<PolicySet, 'organizations' | 'workspaces' | 'staff'>): SubjectId[] {
  const places = [...organizations, ...workspaces.values()];
  const members = [...places.flatMap((place) => [...effectiveMembers(place)]), ...allMembers(staff)];
  return [...new Map(members.map(({ subject }) => [`${subject.type}:${subject.id}`, subject])).values()];
}

export const randomGroupedPolicy: fc.Arbitrary<RandomPolicy> = fc
  .tuple(randomPolicy, randomGroups)
  .map(([policy, drawn]) => addGroups(policy, drawn));

/** The same policy without groups: what each was given is written out for everybody in it. */
export function writeOut(policy: RandomPolicy): RandomPolicy {
  const { groups, ...organization } = policy.organization;
  const lists = (groups ?? {}) as GroupLists;
  return {
    ...policy,
    organization: { ...organization, members: spellOut(membersOf(organization), lists) },
    workspaces: policy.workspaces.map((workspace) => {
      return { ...workspace, members: spellOut(membersOf(workspace), lists) };
    }),
  };
}

function membersOf(place: Readonly<Record<string, unknown>>): Members {
  return (place['members'] ?? {}) as Members;
}

function spellOut(members: Members, groups: GroupLists): Members {
  const found = new Map<string, { name: string; given: Given[] }>();
  const give = (name: string, given: readonly Given[]): void => {
    const key = name.includes(':') ? name : `user:${name}`;
    const entry = found.get(key) ?? { name, given: [] };
    found.set(key, entry);
    entry.given.push(...given);
  };
  for (const [name, given] of Object.entries(members)) if (!name.startsWith('group:')) give(name, given);
  for (const [name, given] of Object.entries(members)) {
    if (!name.startsWith('group:')) continue;
    for (const subject of groups[name.slice('group:'.length)] ?? []) give(subject, given);
  }
  return Object.fromEntries([...found.values()].map(({ name, given }) => [name, joinPeriods(given)]));
}

// A role that is given twice for the same time is a problem, so periods that meet become one.
function joinPeriods(given: readonly Given[]): readonly Given[] {
  const beginning = ({ from }: Given): string => from ?? '';
  const end = ({ until }: Given): string => until ?? '9999';
  return [...new Set(given.map(({ role }) => role))].flatMap((role) => {
    const periods = given.filter((one) => one.role === role);
    periods.sort((left, right) => (beginning(left) < beginning(right) ? -1 : 1));
    const joined: Given[] = [];
    for (const period of periods) {
      const last = joined.at(-1);
      if (!last || beginning(period) > end(last)) joined.push(period);
      else joined[joined.length - 1] = end(period) > end(last) ? describeGiven(role, last.from, period.until) : last;
    }
    return joined;
  });
}
