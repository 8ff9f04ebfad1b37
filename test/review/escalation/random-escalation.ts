import * as fc from 'fast-check';
import { policyOf } from '../../support/compile-yaml.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';

export interface RoleData {
  grants?: string[];
  denies?: string[];
  extends?: string;
  spans?: 'organization';
}

/** A policy of one company as the data its files hold, small enough to try everything that can be done in it. */
export interface EscalationData {
  readonly escalation: 'allow' | 'prevent';
  readonly plan: 'large' | 'small';
  /** What custom roles may not have. */
  readonly kept: readonly string[];
  readonly builtIns: Record<string, RoleData>;
  readonly organization: Record<string, string[]>;
  /** Roles and members of the one workspace. */
  readonly roles: Record<string, RoleData>;
  readonly members: Record<string, string[]>;
}

export const workspaceId = 'support';

/** Who walks a path: nobody else has the name. */
export const walker = 'walker';

const catalog = {
  scopes: {
    self: { when: { 'resource.owner': '$subject.id' } },
    team: { when: { 'resource.team': '$subject.properties.team' } },
    rest: {},
  },
  permissions: {
    Things: {
      'doc:read': 'May read',
      'doc:edit': { title: 'May edit', scopes: ['self', 'team', 'rest'] },
      'bill:pay': 'May pay',
    },
    Control: {
      'team:manage': { title: 'Manage teammates', controls: 'members' },
      'role:edit': { title: 'Edit roles', controls: 'roles' },
      'role:create': { title: 'Create roles', controls: 'roles', scopes: ['self', 'rest'] },
    },
    Company: { 'seat:buy': { title: 'Buy seats', spans: 'organization' } },
  },
};

const grants = ['*', 'doc:read', 'doc:*', 'doc:edit@self', 'doc:edit@rest', 'bill:pay', 'bill:*'];
const controls = ['team:manage', 'team:manage', 'role:edit', 'role:create', 'role:create@rest', '*@rest'];

const role: fc.Arbitrary<RoleData> = fc
  .record({
    things: fc.uniqueArray(fc.constantFrom(...grants.slice(1)), { maxLength: 2 }),
    control: fc.constantFrom(undefined, ...controls),
    denies: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(...grants, ...controls) },
    ),
    isAdmin: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
  })
  .map(({ things, control, denies, isAdmin }) => ({
    grants: isAdmin ? ['*'] : [...things, ...(control === undefined ? [] : [control])],
    ...(denies === undefined ? {} : { denies: [denies] }),
  }));

const builtInIds = ['member', 'manager'];
const organizationIds = ['auditor', 'boss'];
const customIds = ['editor', 'lead'];

export const escalationData: fc.Arbitrary<EscalationData> = fc
  .record({
    escalation: fc.constantFrom('allow' as const, 'allow' as const, 'prevent' as const),
    plan: fc.constantFrom('large' as const, 'large' as const, 'small' as const),
    kept: fc.constantFrom([], [], ['bill:pay'], ['role:create', 'team:manage']),
    builtIn: fc.tuple(role, role),
    spanning: fc.tuple(role, role),
    custom: fc.tuple(role, role),
    organization: fc.dictionary(fc.constantFrom('ana', 'bo'), someOf(organizationIds), { maxKeys: 2 }),
    members: fc.dictionary(fc.constantFrom('ana', 'bo', 'cy', 'dee'), someOf([...builtInIds, ...customIds])),
  })
  .map(({ escalation, plan, kept, builtIn, spanning, custom, organization, members }) => ({
    escalation,
    plan,
    kept,
    builtIns: {
      ...Object.fromEntries(builtInIds.map((id, index) => [id, builtIn[index] ?? {}])),
      ...Object.fromEntries(
        organizationIds.map((id, index) => [id, { ...spanning[index], spans: 'organization' as const }]),
      ),
    },
    organization: { ...organization },
    roles:
      plan === 'small'
        ? {}
        : Object.fromEntries(customIds.map((id, index) => [id, withoutKept(custom[index] ?? {}, kept)])),
    members: keepKnown(members, plan === 'small' ? builtInIds : [...builtInIds, ...customIds]),
  }));

// They do not name it, which would be an error; a wildcard of theirs stops before it.
function withoutKept(role: RoleData, kept: readonly string[]): RoleData {
  const isNamed = (grant: string): boolean =>
    kept.some(
      (id) => grant.startsWith(id) || (grant.endsWith(':*') && id.startsWith(grant.slice(0, -1)) && id === 'bill:pay'),
    );
  return { ...role, grants: (role.grants ?? []).filter((grant) => !isNamed(grant)) };
}

function someOf(ids: readonly string[]): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 });
}

function keepKnown(members: Record<string, string[]>, known: readonly string[]): Record<string, string[]> {
  const kept = Object.entries(members).map(
    ([id, roles]) => [id, roles.filter((name) => known.includes(name))] as const,
  );
  return Object.fromEntries(kept.filter(([, roles]) => roles.length > 0));
}

export function compileData(data: EscalationData): PolicySet {
  const { escalation, plan, kept, builtIns, organization, roles, members } = data;
  const customRoles = { plans: ['large'], ...(kept.length > 0 ? { without: kept } : {}) };
  return policyOf({
    'roles.yaml': JSON.stringify({ ...catalog, customRoles, roles: builtIns, escalation }),
    'policies/organization.yaml': JSON.stringify({ organization: 'acme', plan, members: organization }),
    [`policies/${workspaceId}.yaml`]: JSON.stringify({ workspace: workspaceId, roles, members }),
  });
}

/** Somebody new who holds these roles of the workspace and of the company. */
export function withWalker(data: EscalationData, roles: readonly string[]): EscalationData {
  const isSpanning = (id: string): boolean => data.builtIns[id]?.spans === 'organization';
  const [above, own] = [roles.filter(isSpanning), roles.filter((id) => !isSpanning(id))];
  return {
    ...data,
    organization: { ...data.organization, ...(above.length > 0 ? { [walker]: above } : {}) },
    members: { ...data.members, ...(own.length > 0 ? { [walker]: own } : {}) },
  };
}

/** Gives the walker just these roles, each where it belongs. */
export function withWalkersRoles(data: EscalationData, roles: readonly string[]): EscalationData {
  const without = (members: Record<string, string[]>): Record<string, string[]> =>
    Object.fromEntries(Object.entries(members).filter(([id]) => id !== walker));
  return withWalker({ ...data, organization: without(data.organization), members: without(data.members) }, roles);
}

export function walkersRoles(data: EscalationData): readonly string[] {
  return [...(data.organization[walker] ?? []), ...(data.members[walker] ?? [])];
}
