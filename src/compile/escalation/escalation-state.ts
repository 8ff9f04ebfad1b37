import type { Cell } from '../../policy/permission.ts';
import type { Effect, Role, Rule } from '../../policy/role.ts';

/**
 * `assign` and `unassign` change one's own roles by `controls: members`, `edit-role` and `create-role` a role by
 * `controls: roles`. `leave` is to give up roles of one's own and to gain nothing by it, which needs no permission.
 */
export type EscalationAct = 'assign' | 'unassign' | 'leave' | 'edit-role' | 'create-role';

/** A role as an escalation sees it: cells as bits, by `Cell.index`. */
export interface EscalationRole {
  /** Unique among the roles of a state. */
  readonly name: string;
  readonly role: Role | undefined;
  readonly allow: bigint;
  readonly deny: bigint;
  /** What it allows and does not deny. */
  readonly held: bigint;
  /** How many cells that is. */
  readonly size: number;
  readonly kind: EscalationRoleKind;
  /** An editor has put into it what they may. */
  readonly isRewritten: boolean;
  /** Only the staff has it, so nobody takes it or gives it up. */
  readonly isFixed: boolean;
  /** Ids of the only roles that it hands out; undefined: any. */
  readonly assigns: ReadonlySet<string> | undefined;
}

/**
 * The place where a role is given, and who may rewrite it: `memberships`, `organization` and `staff` are given above the
 * workspace. `company` is a role of the workspace's kind that its organization defines.
 */
export type EscalationRoleKind = 'custom' | 'built-in' | 'company' | 'organization' | 'memberships' | 'staff';

/** The roles that somebody holds after some steps. */
export interface EscalationState {
  readonly held: readonly EscalationRole[];
  /** A role that was made and is not held yet. */
  readonly made: EscalationRole | undefined;
  readonly cells: bigint;
  readonly last: EscalationMove | undefined;
}

/** The last thing that was done before a state. */
export interface EscalationMove {
  readonly before: EscalationState;
  readonly does: EscalationAct;
  readonly role: EscalationRole;
  /** Other roles that are given up in the same change. */
  readonly dropped?: readonly EscalationRole[];
}

export function createState(
  held: readonly EscalationRole[],
  made?: EscalationRole,
  last?: EscalationMove,
): EscalationState {
  return { held, made, cells: cellsOf(held), last };
}

export function createEscalationRole(role: Role): EscalationRole {
  const allow = ruleBits(role.rules, 'allow');
  const deny = ruleBits(role.rules, 'deny');
  const held = allow & ~deny;
  const { id: name, assigns } = role;
  const kind = kindOf(role);
  const isFixed = kind === 'staff';
  return { name, role, allow, deny, held, size: countBits(held), kind, isRewritten: false, isFixed, assigns };
}

export function kindOf({ workspace, organization, spans }: Role): EscalationRoleKind {
  if (workspace !== undefined) return 'custom';
  if (spans === 'workspace') return organization === undefined ? 'built-in' : 'company';
  return spans === 'everything' ? 'staff' : spans;
}

/** Whether a role is given above the workspace. */
export function isAbove({ kind }: EscalationRole): boolean {
  return kind === 'organization' || kind === 'memberships' || kind === 'staff';
}

/** The roles that count for what may be handed out at a place: for the organization those that reach it alone. */
export function rolesOver({ held }: EscalationState, place: 'workspace' | 'organization'): readonly EscalationRole[] {
  return holdingOf(place === 'workspace' ? held : held.filter(isAbove));
}

// What spans memberships holds only beside a role of the workspace itself.
function holdingOf(roles: readonly EscalationRole[]): readonly EscalationRole[] {
  return roles.every(isAbove) ? roles.filter(({ kind }) => kind !== 'memberships') : roles;
}

/** What these roles give together; what spans memberships only beside a role of the workspace itself. */
export function cellsOf(roles: readonly EscalationRole[]): bigint {
  const holding = holdingOf(roles);
  return allowed(holding) & ~denied(holding);
}

/** What the roles that span the organization give by themselves, as in a workspace where nothing else is held. */
export function cellsAbove(state: EscalationState): bigint {
  return cellsOf(rolesOver(state, 'organization'));
}

/** The membership of somebody of whom no more is known than that they are in the workspace. */
export const bareMembership: EscalationRole = {
  name: '',
  role: undefined,
  allow: 0n,
  deny: 0n,
  held: 0n,
  size: 0,
  kind: 'built-in',
  isRewritten: false,
  isFixed: true,
  assigns: undefined,
};

/** What these roles allow, whatever others deny. */
export function allowed(roles: readonly EscalationRole[]): bigint {
  return roles.reduce((bits, { allow }) => bits | allow, 0n);
}

export function denied(roles: readonly EscalationRole[]): bigint {
  return roles.reduce((bits, { deny }) => bits | deny, 0n);
}

export function covers(cells: bigint, wanted: bigint): boolean {
  return (wanted & ~cells) === 0n;
}

export function without(roles: readonly EscalationRole[], role: EscalationRole): EscalationRole[] {
  return roles.filter((other) => other !== role);
}

export function stateKeyOf({ held: roles, made }: EscalationState): string {
  const names = roles.map(({ name }) => name).sort();
  return `${names.join('+')}|${made?.name ?? ''}`;
}

// Of ways of the same length the one that gains most; of these the first, so the same policy gives the same way.
export function mostOf(ends: readonly EscalationState[], start: bigint): EscalationState | undefined {
  let [best, most] = [ends[0], -1];
  for (const end of ends.length === 1 ? [] : ends) {
    const count = countBits(end.cells & ~start);
    if (count > most) [best, most] = [end, count];
  }
  return best;
}

function countBits(bits: bigint): number {
  let count = 0;
  for (const digit of bits.toString(2)) if (digit === '1') count += 1;
  return count;
}

export function bitsOfCells(cells: readonly Cell[]): bigint {
  return cells.reduce((bits, { index }) => bits | (1n << BigInt(index)), 0n);
}

export function cellsOfBits(bits: bigint, cells: readonly Cell[]): Cell[] {
  const digits = bits.toString(2);
  return cells.filter(({ index }) => digits[digits.length - 1 - index] === '1');
}

// A big integer is made once for 32 cells, not for each: roles are many, and each operation on one makes another.
function ruleBits(rules: readonly Rule[], wanted: Effect): bigint {
  const words: number[] = [];
  for (const { cell, effect } of rules) {
    if (effect !== wanted) continue;
    const word = cell.index >>> 5;
    words[word] = (words[word] ?? 0) | (1 << (cell.index & 31));
  }
  let bits = 0n;
  for (let word = words.length - 1; word >= 0; word -= 1) bits = (bits << 32n) | BigInt((words[word] ?? 0) >>> 0);
  return bits;
}
