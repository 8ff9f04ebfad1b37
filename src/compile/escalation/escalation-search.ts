import type { Catalog } from '../../policy/catalog.ts';
import type { Cell, Permission } from '../../policy/permission.ts';
import type { Position } from '../../policy/position.ts';
import type { Role } from '../../policy/role.ts';
import {
  bitsOfCells,
  cellsOf,
  cellsOfBits,
  covers,
  createEscalationRole,
  denied,
  stateKeyOf,
  mostOf,
  without,
  type EscalationAct,
  type EscalationRole,
  type EscalationState,
} from './escalation-state.ts';

/** One thing a holder does with a controlling permission, to themselves or to a role. */
export interface EscalationStep {
  readonly by: Permission;
  /** Other permissions it holds that do the same: the way is closed when all of them are gone. */
  readonly also: readonly Permission[];
  readonly does: EscalationAct;
  /** Undefined: the role that was made on the way. */
  readonly role: Role | undefined;
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

/** The means that there are in one workspace to escalate with. */
export interface EscalationMeans {
  /** The built-in roles that can be handed out, the largest first. */
  readonly builtIn: readonly EscalationRole[];
  /** All roles that can, the largest first; most searches end before they ask. */
  readonly roles: () => readonly EscalationRole[];
  readonly customRoles: 'allowed' | 'not-allowed';
}

interface Way {
  readonly first: EscalationState;
  readonly means: EscalationMeans;
  /** All there is to gain: every cell that is not held, and that no organization-wide role denies. */
  readonly more: bigint;
}

// A way takes away or edits each role held at most once. Beyond that it takes a role that edits roles, makes one, takes
// that one and drops the first; a longer way is not looked for.
const extraSteps = 4;

/**
 * The search for a way by which somebody who holds some roles of one workspace gets to more, alone, by what `controls`
 * gives them. A state is the roles held and what is in them; a breadth-first search finds the fewest steps.
 * docs/escalation.md has the model.
 */
export class EscalationSearch {
  readonly #catalog: Catalog;
  readonly #everything: bigint;
  readonly #controlling: readonly Permission[];
  readonly #members: bigint;
  readonly #roles: bigint;
  readonly #known = new Map<Role, EscalationRole>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    this.#everything = (1n << BigInt(catalog.cells.length)) - 1n;
    this.#controlling = [...catalog.permissions.values()].filter(({ controls }) => controls);
    this.#members = this.#bitsThatControl('members');
    this.#roles = this.#bitsThatControl('roles');
  }

  /** What a workspace that sees these roles has. */
  prepare(visible: Iterable<Role>, customRoles: EscalationMeans['customRoles']): EscalationMeans {
    const assignable = [...visible].filter(({ spans }) => spans === 'workspace');
    const builtIn = this.#bySize(assignable.filter(({ workspace }) => workspace === undefined));
    let known: readonly EscalationRole[] | undefined;
    return { builtIn, roles: () => (known ??= this.#bySize(assignable)), customRoles };
  }

  #bySize(roles: readonly Role[]): readonly EscalationRole[] {
    const found = roles.map((role) => this.#escalationRole(role));
    return found.sort((left, right) => right.size - left.size);
  }

  find(start: readonly Role[], means: EscalationMeans): Escalation | undefined {
    if (!start.some(mayControl)) return undefined;
    const first = createState(start.map((role) => this.#escalationRole(role)));
    const [mayAssign, mayEdit] = [(first.cells & this.#members) !== 0n, (first.cells & this.#roles) !== 0n];
    if (!mayAssign && !mayEdit) return undefined;
    const outOfReach = denied(first.held.filter(({ kind }) => kind === 'organization'));
    const more = this.#everything & ~outOfReach & ~first.cells;
    if (more === 0n) return undefined;
    const way: Way = { first, means, more };
    // Editing helps those alone who hold a role that can be edited; a role that is made must be handed out.
    const mayMove = mayAssign || first.held.some(({ kind }) => kind === 'custom');
    const end = mayMove ? (this.#toEverything(way) ?? this.#toMore(way)) : undefined;
    if (end) return this.#describe(first, end, 'none');
    return mayEdit ? this.#withHelp(way) : undefined;
  }

  #toEverything({ means, first, more }: Way): EscalationState | undefined {
    if (this.#catalog.escalation === 'prevent') return undefined;
    // The usual way: a built-in role that holds all of it.
    for (const role of (first.cells & this.#members) === 0n ? [] : means.builtIn) {
      const after = createState([...first.held, role], undefined, { before: first, does: 'assign', role });
      if (covers(after.cells, more)) return after;
    }
    // Only what holds all of it or controls something leads there; other roles can but deny.
    const useful = means
      .roles()
      .filter((role) => (role.held & (this.#members | this.#roles)) !== 0n || covers(role.held, more));
    const isThere = [...useful, ...first.held].some((role) => covers(role.held, more));
    const mayEdit = [first.cells, ...useful.map(({ held }) => held)].some((cells) => (cells & this.#roles) !== 0n);
    if (!isThere && !mayEdit) return undefined;
    return this.#search(first, useful, means, 'first', (cells) => covers(cells, more));
  }

  #toMore({ means, first, more }: Way): EscalationState | undefined {
    const isMore = (role: EscalationRole): boolean => (role.held & more) !== 0n;
    const roles = means.roles().filter((role) => isMore(role) || (role.held & this.#members) !== 0n);
    const isHeldAndDenied = first.held.some((role) => (role.allow & more) !== 0n);
    const mayGet = roles.some(isMore) || (first.cells & this.#roles) !== 0n;
    if (!isHeldAndDenied && (!mayGet || this.#catalog.escalation === 'prevent')) return undefined;
    return this.#search(first, roles, means, 'most', (cells) => (cells & more) !== 0n);
  }

  // Who makes a role for everything and may not hand it out holds it once somebody else does, in good faith.
  #withHelp({ means, first }: Way): Escalation | undefined {
    if (means.customRoles === 'not-allowed' || this.#catalog.escalation === 'prevent') return undefined;
    const role = this.#rewritten(undefined, first.cells);
    const created = createState(first.held, role, { before: first, does: 'create-role', role });
    const end = { ...created, cells: cellsOf([...first.held, role]) };
    return covers(first.cells, end.cells) ? undefined : this.#describe(first, end, 'assigning');
  }

  #search(
    first: EscalationState,
    useful: readonly EscalationRole[],
    { customRoles }: EscalationMeans,
    take: 'first' | 'most',
    isGoal: (cells: bigint) => boolean,
  ): EscalationState | undefined {
    const seen = new Set([stateKeyOf(first)]);
    let level: readonly EscalationState[] = [first];
    for (let steps = 1; steps <= first.held.length + extraSteps && level.length > 0; steps += 1) {
      const next: EscalationState[] = [];
      const ends: EscalationState[] = [];
      for (const state of level) {
        for (const after of this.#moves(state, useful, customRoles)) {
          if (isGoal(after.cells)) ends.push(after);
          if (ends.length > 0 && take === 'first') return after;
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

  /**
   * What can be done in a state. Under `prevent` nothing is handed out or put into a role that is not held just then.
   */
  *#moves(
    state: EscalationState,
    useful: readonly EscalationRole[],
    customRoles: EscalationMeans['customRoles'],
  ): Generator<EscalationState> {
    const { held, made, cells } = state;
    const step = (
      does: EscalationAct,
      role: EscalationRole,
      after: readonly EscalationRole[],
      left = made,
    ): EscalationState => createState(after, left, { before: state, does, role });
    if ((cells & this.#members) !== 0n) {
      for (const role of useful) {
        if (held.some((other) => other.role === role.role)) continue;
        if (this.#catalog.escalation === 'prevent' && !covers(cells, role.held)) continue;
        yield step('assign', role, [...held, role]);
      }
      if (made) yield createState([...held, made], undefined, { before: state, does: 'assign', role: made });
      for (const role of held) {
        if (role.kind !== 'organization') yield step('unassign', role, without(held, role));
      }
    }
    if ((cells & this.#roles) === 0n) return;
    for (const role of held) {
      if (role.kind !== 'custom') continue;
      yield step('edit-role', role, [...without(held, role), this.#rewritten(role.role, cells)]);
    }
    if (customRoles === 'not-allowed' || made || held.some(({ role }) => role === undefined)) return;
    const created = this.#rewritten(undefined, cells);
    yield step('create-role', created, held, created);
  }

  // Whoever edits a role puts in all they may, and takes out what it denies.
  #rewritten(role: Role | undefined, cells: bigint): EscalationRole {
    const allow = this.#catalog.escalation === 'prevent' ? this.#grantable(cells) : this.#everything;
    return {
      name: `${role?.id ?? ''}=${allow.toString(36)}`,
      role,
      allow,
      deny: 0n,
      held: allow,
      size: 0,
      kind: 'rewritten',
    };
  }

  // What grants can say of these cells: a grant reaches every combination that its scope is part of, or is not theirs.
  #grantable(cells: bigint): bigint {
    let grantable = 0n;
    for (const { cells: own, scopes } of this.#catalog.permissions.values()) {
      const grants =
        scopes.length === 0 ? [own] : scopes.map(({ id }) => own.filter((cell) => cell.scopes.includes(id)));
      for (const bits of grants.map(bitsOfCells)) if (covers(cells, bits)) grantable |= bits;
    }
    return grantable;
  }

  #describe(first: EscalationState, end: EscalationState, help: Escalation['help']): Escalation {
    const steps: EscalationStep[] = [];
    for (let at = end; at.last; at = at.last.before) steps.unshift(this.#describeStep(at.last));
    return {
      steps,
      gained: cellsOfBits(end.cells & ~first.cells, this.#catalog.cells),
      start: first.cells,
      end: end.cells,
      reachesEverything: end.cells === this.#everything,
      help,
    };
  }

  #describeStep({ before, does, role }: NonNullable<EscalationState['last']>): EscalationStep {
    const controls = does === 'assign' || does === 'unassign' ? 'members' : 'roles';
    const able = this.#controlling.filter(
      (permission) =>
        permission.controls === controls &&
        permission.cells.some(({ index }) => ((before.cells >> BigInt(index)) & 1n) === 1n),
    );
    // Of several that allow the same, the one that is named after what is done reads best.
    const by = able.find(({ action }) => `${action}-role` === does) ?? able[0];
    if (!by) throw new Error(`nothing in the state allows the step ${does}`);
    const also = able.filter((permission) => permission !== by);
    return { by, also, does, role: role.role, origin: originOf(by, before.held) };
  }

  #bitsThatControl(kind: 'members' | 'roles'): bigint {
    return bitsOfCells(this.#controlling.flatMap(({ controls, cells }) => (controls === kind ? cells : [])));
  }

  #escalationRole(role: Role): EscalationRole {
    const known = this.#known.get(role);
    if (known) return known;
    const created = createEscalationRole(role);
    this.#known.set(role, created);
    return created;
  }
}

/** Whether a role grants something that controls members or roles; without that there is no way anywhere. */
export function mayControl(role: Role): boolean {
  return role.rules.some(({ cell, effect }) => cell.permission.controls !== undefined && effect === 'allow');
}

function createState(
  held: readonly EscalationRole[],
  made?: EscalationRole,
  last?: EscalationState['last'],
): EscalationState {
  return { held, made, cells: cellsOf(held), last };
}

function originOf(permission: Permission, roles: readonly EscalationRole[]): Position | undefined {
  for (const { role, kind } of roles) {
    if (!role || kind === 'rewritten') continue;
    const rule = role.rules.find(({ cell, effect }) => effect === 'allow' && cell.permission === permission);
    if (rule) return { file: rule.origin.file, line: rule.origin.line, column: rule.origin.column };
  }
  return undefined;
}
