import * as fc from 'fast-check';
import { randomGroupedPolicy } from './random-groups.ts';
import type { RandomPolicy } from './random-policy.ts';

/** A policy, and the same with other names, which say what they were. Its roles name what they did, by either name. */
export interface RenamedPolicy {
  readonly before: RandomPolicy;
  readonly after: RandomPolicy;
  /** What each id of before has become. */
  readonly now: ReadonlyMap<string, readonly string[]>;
}

type Details = Record<string, unknown>;
type Listed = Record<string, Details | string>;

// Resources that grants have wildcards of are among them: what comes there is nobody's gain.
const newIds = ['page:read', 'page:write', 'doc:view', 'tag:view', 'tag:make', 'note:9', 'doc:make', 'page:drop'];

/** A policy where a permission is part of a plan, which the company is on or not. */
export const randomPlans: fc.Arbitrary<RandomPolicy> = fc
  .tuple(randomGroupedPolicy, fc.constantFrom(undefined, 'scale', 'free'), fc.nat(7))
  .map(([policy, plan, index]): RandomPolicy => {
    if (plan === undefined) return policy;
    const listed = Object.entries(permissionsOf(policy)).map(([id, details], at) => {
      return [id, at === index ? { ...asDetails(details), plans: ['scale'] } : details] as const;
    });
    const roles = {
      ...policy.roles,
      plans: ['scale', 'free'],
      permissions: { ...others(policy), Things: Object.fromEntries(listed) },
    };
    return { ...policy, roles, organization: { ...policy.organization, plan } };
  });

/** Permissions renamed and split, the workspaces and the organization renamed: nothing that changes a decision. */
export const randomRenames: fc.Arbitrary<RenamedPolicy> = fc
  .record({
    before: randomPlans,
    parts: fc.array(fc.constantFrom(0, 1, 1, 2), { minLength: 8, maxLength: 8 }),
    ids: fc.shuffledSubarray(newIds, { minLength: newIds.length }),
    isRewritten: fc.boolean(),
    places: fc.record({ workspaces: fc.tuple(fc.boolean(), fc.boolean()), company: fc.boolean() }),
  })
  .map(({ before, parts, ids, isRewritten, places }) => {
    const left = [...ids];
    const listed: Listed = {};
    const now = new Map<string, readonly string[]>();
    Object.entries(permissionsOf(before)).forEach(([id, details], index) => {
      const names = left.splice(0, parts[index] ?? 0);
      now.set(id, names.length > 0 ? names : [id]);
      if (names.length === 0) listed[id] = details;
      for (const name of names) listed[name] = { ...asDetails(details), was: id };
    });
    const renamed = withPlaces(withPermissions(before, listed), places);
    return { before, after: isRewritten ? rewritten(renamed, now) : renamed, now };
  });

/** Two or three permissions of one kind merged, and perhaps one renamed beside them. */
export const randomMerges: fc.Arbitrary<RenamedPolicy> = fc
  .record({ before: randomPlans, first: fc.nat(7), count: fc.constantFrom(2, 3), at: fc.constantFrom(...newIds) })
  .map(({ before, first, count, at }) => {
    const known = permissionsOf(before);
    const ids = Object.keys(known);
    const chosen = ids[first] ?? '';
    const alike = ids.filter((id) => id !== chosen && kindOf(known[id]) === kindOf(known[chosen]));
    const merged = [chosen, ...alike].slice(0, count);
    const now = new Map(ids.map((id) => [id, [merged.includes(id) ? at : id]]));
    const listed = Object.fromEntries(Object.entries(known).filter(([id]) => !merged.includes(id)));
    listed[at] = { ...asDetails(known[chosen] ?? ''), was: merged };
    return { before, after: withPermissions(before, listed), now };
  });

/** With the ids of now wherever a list names one; wildcards stay. */
function rewritten(policy: RandomPolicy, now: RenamedPolicy['now']): RandomPolicy {
  const nameNow = (text: string): string[] => {
    const [name = '', scope] = text.split('@');
    return (now.get(name) ?? [name]).map((id) => (scope === undefined ? id : `${id}@${scope}`));
  };
  const lists = new Set(['grants', 'denies', 'without', 'baseline']);
  const rewrite = (value: unknown, key: string): unknown => {
    if (lists.has(key)) return [...new Set((value as string[]).flatMap(nameNow))];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, rewrite(part, name)]));
  };
  return {
    ...policy,
    roles: {
      ...policy.roles,
      ...(rewrite({ roles: policy.roles['roles'], baseline: policy.roles['baseline'] ?? [] }, '') as Details),
    },
    workspaces: policy.workspaces.map((workspace) => ({ ...workspace, roles: rewrite(workspace['roles'], '') })),
  };
}

function permissionsOf({ roles }: RandomPolicy): Listed {
  return (roles['permissions'] as { Things: Listed }).Things;
}

/** The other categories, which keep their names. */
function others({ roles }: RandomPolicy): Details {
  const { Things, ...rest } = roles['permissions'] as Details;
  return Things === undefined ? {} : rest;
}

function asDetails(details: Details | string): Details {
  return typeof details === 'string' ? { title: details } : details;
}

function kindOf(details: Details | string | undefined): string {
  return JSON.stringify(typeof details === 'object' ? [details['scopes'], details['plans']] : []);
}

function withPermissions(policy: RandomPolicy, listed: Listed): RandomPolicy {
  // Moved between categories, too.
  const entries = Object.entries(listed);
  const [some, rest] = [entries.slice(0, 1), entries.slice(1)];
  const permissions = { ...others(policy), Others: Object.fromEntries(some), Things: Object.fromEntries(rest) };
  return { ...policy, roles: { ...policy.roles, permissions } };
}

interface RenamedPlaces {
  readonly workspaces: readonly boolean[];
  readonly company: boolean;
}

function withPlaces(policy: RandomPolicy, { workspaces, company }: RenamedPlaces): RandomPolicy {
  const { organization } = policy;
  return {
    ...policy,
    organization: company
      ? { ...organization, organization: 'umbrella', formerly: organization['organization'] }
      : organization,
    workspaces: policy.workspaces.map((workspace, index) => {
      const id = String(workspace['workspace']);
      return workspaces[index] === true ? { ...workspace, workspace: `new-${id}`, formerly: id } : workspace;
    }),
  };
}
