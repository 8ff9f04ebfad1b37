import type { Cell } from './permission.ts';
import type { Position } from './position.ts';

export type Effect = 'allow' | 'deny';

/** One cell that a role allows or denies, and the line of YAML that said so. One rule is one Casbin `p` row. */
export interface Rule {
  readonly cell: Cell;
  readonly effect: Effect;
  readonly origin: Position;
}

/**
 * The reach of a role: the workspace in which it is given; every workspace of the organization; those of them in which
 * its holder has some role of the workspace itself; or every workspace and organization there is.
 */
export const roleSpans = ['workspace', 'organization', 'memberships', 'everything'] as const;

export type RoleSpan = (typeof roleSpans)[number];

/** The list in which somebody is given a role: that of a workspace, of an organization, or the staff of the product. */
export type MemberList = 'workspace' | 'organization' | 'staff';

/**
 * The number of those who must hold a role. For the least alone people count who hold it without a date: whoever must be
 * there is never a service, and does not end. For the most everybody counts.
 */
export interface RequiredHolders {
  readonly least: number;
  /** Undefined: any number. */
  readonly most: number | undefined;
}

export interface Role {
  readonly id: string;
  /** The workspace that defines it; undefined for a built-in role, and for one of an organization. */
  readonly workspace: string | undefined;
  /** The organization that defines it; undefined for a built-in role, and for one of a workspace. */
  readonly organization: string | undefined;
  readonly title: string;
  readonly description: string | undefined;
  readonly spans: RoleSpan;
  /** How many must hold it: in each organization if it spans one, else in each workspace. */
  readonly holders: RequiredHolders | undefined;
  /**
   * Ids of the only roles that its holders hand out, change and take by what in it controls members, be it written there
   * or come with what it extends; undefined: any.
   */
  readonly assigns: ReadonlySet<string> | undefined;
  readonly extends: readonly string[];
  /**
   * Everything it allows and denies, flattened: `extends`, `without`, wildcards and the baseline are spelled out. In the
   * order of cells, an allow before a deny.
   */
  readonly rules: readonly Rule[];
  /**
   * Whether the plan has no custom roles: then it gives only what the default role gives, too, and still denies all that
   * it did.
   */
  readonly isFrozen: boolean;
  /** Its entry as its file has it, as JSON: few ask for it, and of thousands of roles a text is the lightest to keep. */
  readonly writtenJson: string;
  readonly position: Position;
}

/** Where a role is given; nowhere else may it be. */
export function listOfRole({ spans }: Pick<Role, 'spans'>): MemberList {
  if (spans === 'workspace') return 'workspace';
  return spans === 'everything' ? 'staff' : 'organization';
}

export function isBuiltIn({ workspace, organization }: Pick<Role, 'workspace' | 'organization'>): boolean {
  return workspace === undefined && organization === undefined;
}

/** The id of the workspace or organization that defines it; undefined for a built-in role. */
export function ownerOf({ workspace, organization }: Pick<Role, 'workspace' | 'organization'>): string | undefined {
  return workspace ?? organization;
}

/** A role's name over the whole policy. Ids hold neither `/` nor `:`. */
export function roleKey({ id, workspace, organization }: Pick<Role, 'id' | 'workspace' | 'organization'>): string {
  if (workspace !== undefined) return `${workspace}/${id}`;
  return organization === undefined ? id : `organization:${organization}/${id}`;
}

/** Whether a role that spans so far holds at the organization itself, and so can hold what belongs to it. */
export function reachesCompany(spans: Role['spans']): boolean {
  return spans === 'organization' || spans === 'everything';
}

/** The last word of a role on a cell: its deny, else its allow, else nothing. */
export function ruleFor({ rules }: Role, cell: Cell): Rule | undefined {
  let first = 0;
  let end = rules.length;
  while (first < end) {
    const middle = (first + end) >> 1;
    if ((rules[middle]?.cell.index ?? Infinity) > cell.index) end = middle;
    else first = middle + 1;
  }
  const last = rules[end - 1];
  return last?.cell === cell ? last : undefined;
}

/** Whether a role by itself allows a cell and does not deny it. */
export function allowsCell(role: Role, cell: Cell): boolean {
  return ruleFor(role, cell)?.effect === 'allow';
}

/** The cells that a role allows and does not deny, by cell index. */
export function heldCells(role: Role): Set<number> {
  const held = new Set<number>();
  for (const rule of role.rules) if (rule.effect === 'allow') held.add(rule.cell.index);
  for (const rule of role.rules) if (rule.effect === 'deny') held.delete(rule.cell.index);
  return held;
}

/** As it is written: `1`, or `1+`. */
export function formatHolders({ least, most }: RequiredHolders): number | string {
  return most === undefined ? `${least}+` : least;
}

/** As the end of a sentence: there must be exactly 1. */
export function describeHolderCount({ least, most }: RequiredHolders): string {
  return most === undefined ? `at least ${least}` : `exactly ${least}`;
}
