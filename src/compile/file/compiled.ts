import type { Catalog } from '../../policy/catalog.ts';
import type { MissingRequirement } from '../../policy/missing-requirement.ts';
import {
  noGroups,
  type GroupedSubject,
  type Member,
  type Members,
  type Organization,
  type Workspace,
} from '../../policy/policy-set.ts';
import type { Span } from '../../policy/position.ts';
import type { Problem } from '../../policy/problem.ts';
import { ProblemList } from '../../policy/problem-list.ts';
import type { Role } from '../../policy/role.ts';
import type { FindingWord } from './entries.ts';
import type { Grantable, GrantTable } from './grant-table.ts';
import type { RoleCeiling } from './role-ceiling.ts';

/** `roles.yaml`, understood, with what is needed to compile workspaces against it. */
export interface CompiledCatalog {
  readonly catalog: Catalog;
  readonly table: GrantTable;
  readonly baseline: ReadonlyMap<Grantable, Span>;
  readonly builtIns: ReadonlyMap<string, FlatRole>;
  readonly staff: Members;
  /** Those of the staff whose ids can look like another, wherever in the policy that is. */
  readonly unusualStaff: readonly Member[];
  readonly ceiling: RoleCeiling;
  readonly problems: ProblemList;
  readonly waivers: readonly Waiver[];
}

/** A finding that somebody looked at and accepted. No decision depends on it, nor what may be loaded or changed. */
export interface Waiver {
  readonly check: string;
  /** What the finding is about, by word. */
  readonly about: ReadonlyMap<FindingWord, string>;
  readonly reason: string;
  /** As it was written. */
  readonly until: string;
  readonly untilMs: number;
  readonly position: Span;
  readonly untilPosition: Span;
}

/** The catalog, and the people of the product itself. */
export type StaffedCatalog = Pick<CompiledCatalog, 'catalog' | 'staff'>;

/** A role with all it follows worked in, and where each part was written. */
export interface FlatRole {
  readonly role: Role;
  readonly granted: ReadonlyMap<Grantable, Span>;
  readonly denied: ReadonlyMap<Grantable, Span>;
  /** What its own `grants` say, apart from what it extends. */
  readonly own: ReadonlyMap<Grantable, Span>;
  readonly parents: readonly FlatRole[];
  /** How many roles its longest chain has, itself included. */
  readonly chain: number;
}

/** An `organization.yaml`, understood. */
export interface CompiledOrganization {
  readonly organization: Organization;
  /** Where its former id is written. */
  readonly formerlyAt: Span | undefined;
  /** Its custom roles. */
  readonly roles: ReadonlyMap<string, FlatRole>;
  /** Its roles that alone lack what they require. */
  readonly unmetRoles: UnmetRoles;
  /** Members whose ids can look like another, wherever in the policy that is. */
  readonly unusualMembers: readonly Member[];
  /** The same of those who are in groups, by the groups' ids. */
  readonly unusualGrouped: ReadonlyMap<string, readonly GroupedSubject[]>;
  readonly problems: ProblemList;
  /** What is said about its members at any time; undefined where that depends on the clock. */
  readonly timeless: ProblemList | undefined;
}

/** The organization of workspaces without an `organization.yaml` above them. */
export const namelessOrganization: CompiledOrganization = {
  organization: {
    id: undefined,
    plan: undefined,
    properties: undefined,
    roles: new Map(),
    retired: new Map(),
    members: new Map(),
    groups: noGroups,
    groupMembers: new Map(),
    position: undefined,
  },
  formerlyAt: undefined,
  roles: new Map(),
  unmetRoles: new Map(),
  unusualMembers: [],
  unusualGrouped: new Map(),
  problems: new ProblemList(0),
  timeless: undefined,
};

/** A workspace, understood against its organization and the catalog. */
export interface CompiledWorkspace {
  readonly workspace: Workspace;
  /** Where its former id is written. */
  readonly formerlyAt: Span | undefined;
  /** Members whose roles begin or end: what is said about them depends on the clock, so it is not kept. */
  readonly timedMembers: readonly Member[];
  /** Members whose ids can look like another, wherever in the policy that is. */
  readonly unusualMembers: readonly Member[];
  /** Its roles that alone lack what they require. */
  readonly unmetRoles: UnmetRoles;
  /** Undefined where its organization defines no roles, or nobody wants warnings. */
  readonly organizationRoles: OrganizationRolesHere | undefined;
  readonly problems: ProblemList;
  /** What is said about its members at any time; undefined where that depends on the clock. */
  readonly timeless: ProblemList | undefined;
  /** Whether nothing was wrong with how its members are written. */
  readonly areMembersSound: boolean;
}

/** The roles of an organization as one of its workspaces sees them. */
export interface OrganizationRolesHere {
  /** Those that are named after somebody who is a member here, by their ids. */
  readonly named: ReadonlyMap<string, Problem>;
  /** Those that somebody holds here, or that a role extends which somebody holds. */
  readonly used: ReadonlySet<Role>;
}

/** A role that alone lacks what it requires, with what is to be said where that begins. */
export interface UnmetRole extends MissingRequirement {
  readonly problems: readonly Problem[];
}

export type UnmetRoles = ReadonlyMap<Role, readonly UnmetRole[]>;
