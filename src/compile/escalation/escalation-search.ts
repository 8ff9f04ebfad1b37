import { limits } from '../../policy/limits.ts';
import type { Catalog } from '../../policy/catalog.ts';
import { controllersOf, type Cell, type Permission } from '../../policy/permission.ts';
import type { Position } from '../../policy/position.ts';
import { isBuiltIn, listOfRole, reachesCompany, type Role } from '../../policy/role.ts';
import { EscalationMoves, isEditable, type EscalationMeans } from './escalation-moves.ts';
import { EscalationRules } from './escalation-rules.ts';
import {
  bareMembership,
  bitsOfCells,
  cellsAbove,
  cellsOf,
  cellsOfBits,
  covers,
  createEscalationRole,
  createState,
  isAbove,
  mostOf,
  stateKeyOf,
  type EscalationAct,
  type EscalationMove,
  type EscalationRole,
  type EscalationState,
} from './escalation-state.ts';

/** One thing a holder does with a controlling permission, to themselves or to a role. */
export interface EscalationStep {
  /** Undefined: it needs none. */
  readonly by: Permission | undefined;
  /** Other permissions it holds that do the same: the way is closed when all of them are gone. */
  readonly also: readonly Permission[];
  readonly does: EscalationAct;
  /** Undefined: the role that was made on the way. */
  readonly role: Role | undefined;
  /** Roles that are given up in the same change, without which it would be refused, or be the last one. */
  readonly givingUp: readonly Role[];
  /** Where `by` is granted; undefined when an earlier step gave it. */
  readonly origin: Position | undefined;
}

/** The shortest way from some roles to more than they hold. */
export interface Escalation {
  readonly steps: readonly EscalationStep[];
  /** Cells held at the end and not at the start. */
  readonly gained: readonly Cell[];
  /** Cells held at the start and at the end, as bits by `Cell.index`. */
  readonly start: bigint;
  readonly end: bigint;
  readonly reachesEverything: boolean;
  /** `assigning`: it makes a role and cannot take it; somebody who hands out roles has to give it to them. */
  readonly help: 'none' | 'assigning';
}

interface Way {
  readonly first: EscalationState;
  /** All that anybody could hold who is given what can be given here. */
  readonly reach: bigint;
  readonly means: EscalationMeans;
  /** All there is to gain: every cell that is not held. */
  readonly more: bigint;
}

/**
 * The search for a way by which somebody who holds some roles gets to more in a workspace, alone, by what `controls`
 * gives them. A state is the roles held and what is in them; a breadth-first search finds the fewest steps.
 * docs/escalation.md has the model.
 */
export class EscalationSearch {
  readonly #catalog: Catalog;
  readonly #everything: bigint;
  readonly #ofCompany: bigint;
  readonly #controlling: readonly Permission[];
  readonly #rules: EscalationRules;
  readonly #moves: EscalationMoves;
  readonly #known = new Map<Role, EscalationRole>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    this.#everything = (1n << BigInt(catalog.cells.length)) - 1n;
    this.#ofCompany = bitsOfCells(catalog.spanning.flatMap(({ cells }) => cells));
    this.#controlling = [...catalog.permissions.values()].filter(({ controls }) => controls);
    this.#rules = new EscalationRules(catalog);
    this.#moves = new EscalationMoves(this.#rules);
  }

  /** What a workspace that sees these roles has. `company` is where roles of the organization are given. */
  prepare(
    visible: Iterable<Role>,
    customRoles: EscalationMeans['customRoles'],
    company: EscalationMeans['company'],
  ): EscalationMeans {
    const assignable = [...visible];
    const here = assignable.filter(({ spans }) => spans === 'workspace');
    const builtIn = this.#bySize(here.filter(isBuiltIn));
    const spanning = company === 'none' ? [] : assignable.filter((role) => listOfRole(role) === 'organization');
    let known: readonly EscalationRole[] | undefined;
    const roles = (): readonly EscalationRole[] => (known ??= this.#bySize(here));
    return { builtIn, roles, spanning: this.#bySize(spanning), customRoles, company };
  }

  #bySize(roles: readonly Role[]): readonly EscalationRole[] {
    const found = roles.map((role) => this.#escalationRole(role));
    return found.sort((left, right) => right.size - left.size);
  }

  /**
   * The shortest way from some roles to more. `anybody`: of whoever holds them, in the workspace too where they span
   * memberships. `these`: of those who hold just them, so that such a role may wait for a membership.
   */
  find(start: readonly Role[], means: EscalationMeans, whose: 'anybody' | 'these' = 'anybody'): Escalation | undefined {
    // Nobody gains by their own hand what they do not hold, whatever they do.
    if (this.#catalog.escalation === 'prevent' || !start.some(mayControl)) return undefined;
    const held = start.map((role) => this.#escalationRole(role));
    // What spans memberships by itself is held by somebody who is in the workspace, with whatever role.
    const isWaiting = held.every(isAbove) && held.some(({ kind }) => kind === 'memberships');
    const first = createState(isWaiting && whose === 'anybody' ? [...held, bareMembership] : held);
    const above = means.company === 'none' ? 0n : cellsAbove(first);
    const mayAssignAbove = this.#rules.controlsMembersAbove(above);
    const mayAssign = mayAssignAbove || this.#rules.controlsMembers(first.cells);
    const mayMake = this.#rules.controlsRoles(first.cells);
    const mayEditAbove = this.#rules.controlsRoles(above);
    const mayEdit = mayMake || mayEditAbove;
    if (!mayAssign && !mayEdit) return undefined;
    // What belongs to the company is out of reach for who cannot be given a role that spans it, nor edit one.
    const isWithin = mayAssignAbove || (mayEditAbove && held.some((role) => isEditable(role) && reachesIt(role)));
    const reach = isWithin ? this.#everything : this.#everything & ~this.#ofCompany;
    const more = reach & ~first.cells;
    if (more === 0n) return undefined;
    const spanning = mayAssignAbove ? means.spanning : [];
    const way: Way = {
      first,
      reach,
      means: above === 0n ? { ...means, spanning, company: 'none' } : { ...means, spanning },
      more,
    };
    // Editing helps those alone who hold a role that can be edited; a role that is made must be handed out.
    const mayMove = mayAssign || first.held.some(isEditable);
    const end = mayMove ? (this.#toEverything(way) ?? this.#toMore(way)) : undefined;
    if (end) return this.#describe(way, end, 'none');
    return mayMake ? this.#withHelp(way) : undefined;
  }

  #toEverything(way: Way): EscalationState | undefined {
    const { means, first, more } = way;
    // The usual way: a built-in role that holds all of it.
    const largest = [...means.builtIn, ...means.spanning].filter((role) => covers(role.allow, more));
    for (const after of this.#moves.assign(first, largest, means)) if (covers(after.cells, more)) return after;
    // Only what holds all of it or controls something leads there; other roles can but deny.
    const isOpener = openers(way);
    const useful = this.#assignable(means).filter(
      (role) => controls(role) || covers(role.held, more) || isOpener(role),
    );
    const isThere = [...useful, ...first.held].some((role) => covers(role.held, more));
    const mayEdit = [...first.held, ...useful].some((role) => controlsRoles(role));
    if (!isThere && !(mayEdit && covers(this.#rules.most, more))) return undefined;
    return this.#search(way, useful, 'first', (cells) => covers(cells, more));
  }

  #toMore(way: Way): EscalationState | undefined {
    const { means, first, more } = way;
    const isMore = (role: EscalationRole): boolean => (role.held & more) !== 0n;
    const isOpener = openers(way);
    const roles = this.#assignable(means).filter(
      (role) => isMore(role) || controls(role) || this.#rules.mayOpen(role) || isOpener(role),
    );
    const isHeldAndDenied = first.held.some((role) => (role.allow & more) !== 0n);
    if (!isHeldAndDenied && !roles.some(isMore) && !this.#rules.controlsRoles(first.cells)) return undefined;
    return this.#search(way, roles, 'most', (cells) => (cells & more) !== 0n);
  }

  #assignable({ roles, spanning }: EscalationMeans): readonly EscalationRole[] {
    return spanning.length === 0 ? roles() : [...roles(), ...spanning];
  }

  // Who makes a role for everything and may not hand it out holds it once somebody else does, in good faith.
  #withHelp(way: Way): Escalation | undefined {
    const { means, first } = way;
    if (means.customRoles === 'not-allowed') return undefined;
    const role = this.#moves.rewritten(undefined, first.held);
    const last: EscalationMove = { before: first, does: 'create-role', role };
    const created = createState(first.held, role, last);
    const end = { ...created, cells: cellsOf([...first.held, role]) };
    return covers(first.cells, end.cells) ? undefined : this.#describe(way, end, 'assigning');
  }

  #search(
    { first, means }: Way,
    useful: readonly EscalationRole[],
    take: 'first' | 'most',
    isGoal: (cells: bigint) => boolean,
  ): EscalationState | undefined {
    const seen = new Set([stateKeyOf(first)]);
    let level: readonly EscalationState[] = [first];
    while (level.length > 0) {
      const next: EscalationState[] = [];
      const ends: EscalationState[] = [];
      for (const state of level) {
        for (const after of this.#moves.from(state, useful, means)) {
          if (isGoal(after.cells)) ends.push(after);
          if (ends.length > 0 && take === 'first') return after;
          if (seen.size >= limits.escalationStates) continue;
          const key = stateKeyOf(after);
          if (!seen.has(key)) next.push(after);
          seen.add(key);
        }
      }
      if (ends.length > 0) return mostOf(ends, first.cells);
      level = next;
    }
    return undefined;
  }

  #describe({ first, reach }: Way, end: EscalationState, help: Escalation['help']): Escalation {
    const steps: EscalationStep[] = [];
    for (let at = end; at.last; at = at.last.before) steps.unshift(this.#describeStep(at.last));
    return {
      steps,
      gained: cellsOfBits(end.cells & ~first.cells, this.#catalog.cells),
      start: first.cells,
      end: end.cells,
      reachesEverything: covers(end.cells, reach),
      help,
    };
  }

  #describeStep({ before, does, role, dropped = [] }: EscalationMove): EscalationStep {
    const givingUp = dropped.flatMap((other) => other.role ?? []);
    if (does === 'leave') return { by: undefined, also: [], does, role: role.role, givingUp, origin: undefined };
    const kind = does === 'assign' || does === 'unassign' ? 'members' : 'roles';
    const isDoneAbove = kind === 'members' ? isAbove(role) : role.role?.organization !== undefined;
    const cells = isDoneAbove ? cellsAbove(before) : before.cells;
    const controlling =
      kind === 'members'
        ? controllersOf(this.#controlling, isDoneAbove ? 'organization' : 'workspace')
        : this.#controlling.filter(({ controls }) => controls === 'roles');
    const able = controlling.filter((permission) => covers(cells, bitsOfCells(permission.cells)));
    // Of several that allow the same, the one that is named after what is done reads best.
    const by = able.find(({ action }) => `${action}-role` === does) ?? able[0];
    if (!by) throw new Error(`nothing in the state allows the step ${does}`);
    const also = able.filter((permission) => permission !== by);
    return { by, also, does, role: role.role, givingUp, origin: originOf(by, before.held) };
  }

  #escalationRole(role: Role): EscalationRole {
    const known = this.#known.get(role);
    if (known) return known;
    const created = createEscalationRole(role);
    this.#known.set(role, created);
    return created;
  }
}

// Any role of the workspace makes a member, for whom holds what spans memberships.
function openers({ first, means }: Way): (role: EscalationRole) => boolean {
  const isWaited = [...first.held, ...means.spanning].some(({ kind }) => kind === 'memberships');
  return (role) => isWaited && !isAbove(role);
}

function reachesIt({ role }: EscalationRole): boolean {
  return role !== undefined && reachesCompany(role.spans);
}

function controls({ role }: EscalationRole): boolean {
  return role !== undefined && mayControl(role);
}

function controlsRoles({ role }: EscalationRole): boolean {
  return role?.rules.some(({ cell, effect }) => cell.permission.controls === 'roles' && effect === 'allow') === true;
}

/** Whether a role grants something that controls members or roles; without that there is no way anywhere. */
export function mayControl(role: Role): boolean {
  return role.rules.some(({ cell, effect }) => cell.permission.controls !== undefined && effect === 'allow');
}

function originOf(permission: Permission, roles: readonly EscalationRole[]): Position | undefined {
  for (const { role, isRewritten } of roles) {
    if (!role || isRewritten) continue;
    const rule = role.rules.find(({ cell, effect }) => effect === 'allow' && cell.permission === permission);
    if (rule) return { file: rule.origin.file, line: rule.origin.line, column: rule.origin.column };
  }
  return undefined;
}
