import type { Catalog } from '../../../policy/catalog.ts';
import type { Cell, Permission } from '../../../policy/permission.ts';
import { effectiveMember } from '../../../policy/membership/effective-members.ts';
import { findSpanning } from '../../../policy/membership/spanning-members.ts';
import {
  atOrganization,
  findOrganization,
  groupType,
  isAtOrganization,
  mergeProperties,
  rolesAt,
  type Assignment,
  type PolicySet,
  type Workspace,
} from '../../../policy/policy-set.ts';
import type { Role } from '../../../policy/role.ts';
import { parseSubject, type SubjectId } from '../../../policy/subject.ts';
import { allowedByAll, answersOfRole, roleAnswers, type RoleAnswers } from '../role-answers.ts';
import { permissionsDecidedBy } from '../scope-effect.ts';
import type { Mutant } from './mutant.ts';

/** The decisions that a mutant changes. Empty: none at all, for no set of roles and at no time to come. */
export interface MutantEffect {
  readonly roles: readonly RoleEffect[];
  readonly member: MemberEffect | undefined;
  readonly scope: ScopeEffect | undefined;
  /** A permission that can be asked of no company any more. */
  readonly unaskable?: string;
}

/** A scope that other requests are in, and the permissions for which that decides something. */
export interface ScopeEffect {
  readonly scope: string;
  readonly permissions: readonly Permission[];
}

/** The answers of one role that are different. */
export interface RoleEffect {
  readonly role: Role;
  readonly gains: readonly Cell[];
  readonly loses: readonly Cell[];
  /** Not granted before and after, and now denied, whatever other role is held. */
  readonly denies: readonly Cell[];
  /** The other way round: another role could now grant it. */
  readonly noLongerDenies: readonly Cell[];
}

/** The things that one member may do differently, at the first instant at which it differs. */
export interface MemberEffect {
  readonly subject: SubjectId;
  /** The group that is the member, of which the subject is one. */
  readonly group?: string;
  readonly gains: readonly Cell[];
  readonly loses: readonly Cell[];
}

/** Compares what both policies have. Nothing before `fromMs` counts: it is over, and no test looks at it. */
export function findEffect(before: PolicySet, after: PolicySet, mutant: Mutant, fromMs: number): MutantEffect {
  if (mutant.property !== undefined) {
    return { roles: [], member: undefined, scope: findPropertyEffect(before, after, mutant.property) };
  }
  const scope = findScopeEffect(before, mutant);
  if (mutant.list === 'spans') {
    return { roles: findRoleEffects(before, after), member: undefined, scope, unaskable: mutant.text };
  }
  if (mutant.subject === undefined)
    return { roles: mutant.scope === undefined ? findRoleEffects(before, after) : [], member: undefined, scope };
  const subject = parseSubject(mutant.subject, before.catalog.subjectTypes[0]);
  const isGroup = subject.type === groupType && !before.catalog.subjectTypes.includes(groupType);
  const member = isGroup
    ? findGroupEffect(before, after, subject.id, fromMs)
    : findMemberEffect(before, after, subject, fromMs);
  return { roles: [], member, scope };
}

// The first of those in it who may do something differently.
function findGroupEffect(before: PolicySet, after: PolicySet, group: string, fromMs: number): MemberEffect | undefined {
  for (const { groups } of before.organizations) {
    for (const [type, byId] of groups.byId.get(group)?.subjects ?? []) {
      for (const id of byId.keys()) {
        const effect = findMemberEffect(before, after, { type, id }, fromMs);
        if (effect) return { ...effect, group };
      }
    }
  }
  return undefined;
}

export function isEmptyEffect({ roles, member, scope, unaskable }: MutantEffect): boolean {
  return roles.length === 0 && member === undefined && scope === undefined && unaskable === undefined;
}

interface RolePair {
  readonly role: Role;
  readonly before: RoleAnswers;
  readonly after: RoleAnswers;
}

function findRoleEffects(before: PolicySet, after: PolicySet): RoleEffect[] {
  const builtIns = pairRoles(before.catalog.roles, after.catalog.roles, before, after);
  const ofCompanies = after.organizations.flatMap(({ id, roles }) => {
    const known = id === undefined ? undefined : findOrganization(before, id);
    return known ? pairRoles(known.roles, roles, before, after) : [];
  });
  const custom = [...after.workspaces.values()].map((workspace) => {
    const known = before.workspaces.get(workspace.id);
    return known ? pairRoles(known.roles, workspace.roles, before, after) : [];
  });
  // What is seen from several workspaces may be held beside the roles of any of them.
  const shared = [...builtIns, ...ofCompanies];
  const sharedGrants = grantedBySome(shared, before.catalog);
  const customGrants = custom.map((pairs) => grantedBySome(pairs, before.catalog));
  const anyGrants = union([sharedGrants, ...customGrants]);
  return [
    ...shared.flatMap((pair) => compareRole(pair, anyGrants, before.catalog)),
    ...custom.flatMap((pairs, index) => {
      const visible = union([sharedGrants, customGrants[index] ?? new Uint8Array()]);
      return pairs.flatMap((pair) => compareRole(pair, visible, before.catalog));
    }),
  ];
}

function pairRoles(
  before: ReadonlyMap<string, Role>,
  after: ReadonlyMap<string, Role>,
  beforePolicy: PolicySet,
  afterPolicy: PolicySet,
): RolePair[] {
  return [...after.values()].flatMap((role) => {
    const known = before.get(role.id);
    if (!known) return [];
    const answers = answersOfRole(known, beforePolicy.catalog);
    // A role object that is the same was not compiled anew.
    const changed = known === role ? answers : answersOfRole(role, afterPolicy.catalog);
    return [{ role, before: answers, after: changed }];
  });
}

function grantedBySome(pairs: readonly RolePair[], catalog: Catalog): Uint8Array {
  const granted = new Uint8Array(catalog.cells.length);
  for (const { before, after } of pairs) {
    for (let index = 0; index < granted.length; index += 1) {
      if (before[index] === roleAnswers.grants || after[index] === roleAnswers.grants) granted[index] = 1;
    }
  }
  return granted;
}

function union(lists: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(lists[0]?.length ?? 0);
  for (const list of lists) for (let index = 0; index < all.length; index += 1) all[index] ||= list[index] ?? 0;
  return all;
}

// A deny of what nobody grants who could hold the role too decides nothing.
function compareRole({ role, before, after }: RolePair, granted: Uint8Array, { cells }: Catalog): RoleEffect[] {
  if (before === after) return [];
  const gains: Cell[] = [];
  const loses: Cell[] = [];
  const denies: Cell[] = [];
  const noLongerDenies: Cell[] = [];
  for (const cell of cells) {
    const [was, is] = [before[cell.index], after[cell.index]];
    if (was === is) continue;
    if (is === roleAnswers.grants) gains.push(cell);
    else if (was === roleAnswers.grants) loses.push(cell);
    else if (granted[cell.index] === 1) (is === roleAnswers.denies ? denies : noLongerDenies).push(cell);
  }
  const isSame = gains.length + loses.length + denies.length + noLongerDenies.length === 0;
  return isSame ? [] : [{ role, gains, loses, denies, noLongerDenies }];
}

function findScopeEffect(policy: PolicySet, { scope }: Mutant): ScopeEffect | undefined {
  const permissions = scope === undefined ? [] : permissionsDecidedBy(scope, policy);
  return scope === undefined || permissions.length === 0 ? undefined : { scope, permissions };
}

// What a company has set decides nothing where the default is the same, or no role answers otherwise in the scope.
function findPropertyEffect(before: PolicySet, after: PolicySet, property: string): ScopeEffect | undefined {
  const valuesOf = ({ organizations, catalog }: PolicySet): string =>
    JSON.stringify(
      organizations.map(({ id, properties }) => [id, (properties ?? catalog.organizationDefaults)[property]]),
    );
  if (valuesOf(before) === valuesOf(after)) return undefined;
  const scopes = [...before.catalog.scopes.values()].filter(({ when = [] }) =>
    when.some(
      ({ path, other }) => isOfProperty(path, property) || ('path' in other && isOfProperty(other.path, property)),
    ),
  );
  const permissions = [...new Set(scopes.flatMap(({ id }) => permissionsDecidedBy(id, before)))];
  const [first] = scopes;
  return first && permissions.length > 0 ? { scope: first.id, permissions } : undefined;
}

function isOfProperty([root, , name]: readonly string[], property: string): boolean {
  return root === 'organization' && name === property;
}

function findMemberEffect(
  before: PolicySet,
  after: PolicySet,
  subject: SubjectId,
  fromMs: number,
): MemberEffect | undefined {
  const placesBefore = placesById(before);
  for (const workspace of placesById(after).values()) {
    const known = placesBefore.get(workspace.id);
    if (!known) continue;
    const cells = isAtOrganization(workspace)
      ? before.catalog.spanning.flatMap((permission) => permission.cells)
      : before.catalog.cells;
    const [was, is] = [heldIn(before, known, subject), heldIn(after, workspace, subject)];
    const hasOtherProperties = JSON.stringify(was.properties) !== JSON.stringify(is.properties);
    for (const atMs of instantsFrom([...was.assignments, ...is.assignments], fromMs)) {
      const allowedBefore = allowedAt(was.assignments, atMs, before.catalog);
      const allowedAfter = allowedAt(is.assignments, atMs, after.catalog);
      const gains = cells.filter(({ index }) => allowedAfter[index] === 1 && allowedBefore[index] === 0);
      const loses = cells.filter(({ index }) => allowedAfter[index] === 0 && allowedBefore[index] === 1);
      const isLookedUp = hasOtherProperties && allowedAfter.includes(1);
      if (gains.length + loses.length > 0 || isLookedUp) return { subject, gains, loses };
    }
  }
  return undefined;
}

/** Workspaces, and the organizations themselves where something belongs to them. */
export function placesById({ catalog, organizations, workspaces }: PolicySet): ReadonlyMap<string, Workspace> {
  if (catalog.spanning.length === 0) return workspaces;
  const places = organizations.flatMap((organization) => atOrganization(organization) ?? []);
  return new Map([...workspaces, ...places.map((place) => [place.id, place] as const)]);
}

function heldIn({ staff }: PolicySet, workspace: Workspace, subject: SubjectId) {
  const own = effectiveMember(workspace, subject);
  const spanning = findSpanning(workspace.organization, staff, subject);
  return {
    assignments: [...(own?.assignments ?? []), ...(spanning?.assignments ?? [])],
    properties: mergeProperties(own?.properties, spanning?.properties),
  };
}

function allowedAt(assignments: readonly Assignment[], atMs: number, catalog: Catalog): Uint8Array {
  const answers = rolesAt(assignments, atMs).map((role) => answersOfRole(role, catalog));
  return allowedByAll(answers, catalog.cells.length);
}

function instantsFrom(assignments: readonly Assignment[], fromMs: number): number[] {
  const later = assignments.flatMap((assignment) =>
    [assignment.fromMs, assignment.untilMs].filter((ms) => ms !== undefined && ms > fromMs),
  );
  return [fromMs, ...new Set(later as number[])].sort((left, right) => left - right);
}
