import * as fc from 'fast-check';
import { cellsOfAll } from '../../src/compile/checks/check-exclusive.ts';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import type { PolicySet } from '../../src/policy/policy-set.ts';
import { findRoleAt, type Place, type PlaceKind, type RuntimeMember } from '../../src/policy/runtime-member.ts';
import { nowMs } from './compile-yaml.ts';
import { sourceFiles } from './policy-texts.ts';

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
export type Spanned = Place & { readonly kind: PlaceKind };

export const here: Spanned = { kind: 'workspace', id: 'w' };
export const acme: Spanned = { kind: 'organization', id: 'acme' };
export const roleIds = { workspace: ['plain', 'other', 'own'], organization: ['wide', 'side'] } as const;

export const gameArbitrary = fc.record({
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
  /** Whether `other` is a role of the company, and what `side` spans. */
  definesOther: fc.constantFrom('product', 'product', 'company'),
  side: fc.constantFrom('organization', 'memberships'),
  /** What the two roles of the company grant of what belongs to it; undefined: nothing does. */
  company: fc.option(fc.tuple(companyGrants, companyGrants), { nil: undefined }),
  holders: fc.constantFrom<number | string>(1, '1+'),
  start: fc.record({
    here: fc.subarray([...roleIds.workspace]),
    above: fc.subarray([...roleIds.organization]),
  }),
});

/** A policy, and what somebody holds in it who wants more. */
export type Game = typeof gameArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

const ofCompany = (requires: readonly string[]): object => ({
  'bill:view': { title: 'View', spans: 'organization', ...(requires.length > 0 ? { requires } : {}) },
  'seat:assign': { title: 'Seats', spans: 'organization', controls: 'members' },
});

type DrawnRole = Game['roles']['plain'];

/** A role above the workspace sees no role that is defined below it, and names none. */
function seeing(ids: readonly string[], { grants, denies, assigns }: DrawnRole, more: readonly string[] = []): object {
  const named = assigns === null ? {} : { assigns: assigns.filter((id) => ids.includes(id)) };
  return { grants: [...grants, ...more], denies, ...named };
}

/** The policy of a game; undefined where it has errors. One role of each kind has the holder that it must have. */
export function policyOfGame(game: Game): PolicySet | undefined {
  const { escalation, exclusive, requires, roles, hasOther, definesOther, side: spans, company, holders } = game;
  const ofCatalog = ['plain', 'wide', 'side', 'chief', 'owner'];
  const builtIn = definesOther === 'product' ? [...ofCatalog, 'other'] : ofCatalog;
  const [plain, other] = [seeing(builtIn, roles.plain), seeing([...ofCatalog, 'other'], roles.other)];
  // What belongs to the company is not named by a role that does not reach it.
  const sideGrants = company?.[1].filter((grant) => spans === 'organization' || grant === '*');
  const [wide, side] = [seeing(builtIn, roles.wide, company?.[0]), seeing(builtIn, roles.side, sideGrants)];
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
      ...(definesOther === 'product' ? { other } : {}),
      wide: { ...wide, spans: 'organization' },
      side: { ...side, spans },
      chief,
      owner: { ...chief, spans: 'organization' },
    },
  });
  const files = {
    'roles.yaml': text,
    'policies/organization.yaml': JSON.stringify({
      organization: 'acme',
      ...(definesOther === 'company' ? { roles: { other } } : {}),
      members: { olu: 'owner', 'group:sides': 'side' },
      groups: { plains: [], owns: [], sides: [] },
    }),
    'policies/w.yaml': JSON.stringify({
      workspace: 'w',
      roles: { own },
      members: { cat: 'chief', 'group:plains': 'plain', 'group:owns': 'own' },
    }),
    ...(hasOther ? { 'policies/x.yaml': JSON.stringify({ workspace: 'x', members: { cat: 'chief' } }) } : {}),
  };
  return compilePolicy(sourceFiles(files), nowMs).policy;
}

/** The ids of the roles that the walker holds. */
export interface Held {
  readonly here: readonly string[];
  readonly above: readonly string[];
}

export const subject = { type: 'user', id: 'walker' };

/** Who holds in YAML what one must hold, by place. */
export const head = {
  workspace: { role: 'chief', subject: { type: 'user', id: 'cat' } },
  organization: { role: 'owner', subject: { type: 'user', id: 'olu' } },
} as const;

export function membersOf({ here: own, above }: Held, policy?: PolicySet): RuntimeMember[] {
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

export function cellsOf(policy: PolicySet, { here: own, above }: Held): ReadonlySet<number> {
  const roles = [...own.map((id) => findRoleAt(policy, here, id)), ...above.map((id) => findRoleAt(policy, acme, id))];
  const known = roles.flatMap((role) => role ?? []);
  return cellsOfAll(known.filter(({ spans }) => spans !== 'memberships' || own.length > 0));
}

export function gains(policy: PolicySet, start: Held, end: Held): boolean {
  const had = cellsOf(policy, start);
  return [...cellsOf(policy, end)].some((index) => !had.has(index));
}
