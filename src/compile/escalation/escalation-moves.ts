import { isBuiltIn, type Role } from '../../policy/role.ts';
import type { EscalationRules, RoleReach } from './escalation-rules.ts';
import {
  cellsAbove,
  cellsOf,
  covers,
  createState,
  denied,
  isAbove,
  kindOf,
  rolesOver,
  without,
  type EscalationAct,
  type EscalationRole,
  type EscalationState,
} from './escalation-state.ts';

/** The means that there are in one workspace to escalate with. */
export interface EscalationMeans {
  /** The built-in roles that can be handed out, the largest first. */
  readonly builtIn: readonly EscalationRole[];
  /** All roles of the workspace that can, the largest first; most searches end before they ask. */
  readonly roles: () => readonly EscalationRole[];
  /** Those that are given in the organization, the largest first. */
  readonly spanning: readonly EscalationRole[];
  readonly customRoles: 'allowed' | 'not-allowed';
  /** Where roles that span the organization hold. `none`: there is no organization that could have members. */
  readonly company: 'none' | 'this workspace' | 'others, too';
}

/** More than this is never given up in one go: the ways to choose among them double with each. */
const mostAtOnce = 4;

/** The things that somebody can do to themselves, or to a role, in a state; what would be refused is none of them. */
export class EscalationMoves {
  readonly #rules: EscalationRules;

  constructor(rules: EscalationRules) {
    this.#rules = rules;
  }

  *from(
    state: EscalationState,
    useful: readonly EscalationRole[],
    means: EscalationMeans,
  ): Generator<EscalationState, void> {
    const { held, made } = state;
    yield* this.assign(state, useful, means);
    const reach = this.#reachOf(state, means);
    if (made && reach(made)) yield* this.#kept(state, means, { does: 'assign', role: made, dropped: [] });
    for (const role of held) {
      if (reach(role)) yield* this.#inOneGo(state, role, 'unassign', means);
      if (!role.isFixed) yield* this.#leaving(state, role);
    }
    yield* this.#editing(state, means);
  }

  /** The states after taking one of these roles. */
  *assign(
    state: EscalationState,
    roles: readonly EscalationRole[],
    means: EscalationMeans,
  ): Generator<EscalationState, void> {
    const reach = this.#reachOf(state, means);
    for (const role of roles) {
      if (!reach(role) || state.held.some((other) => other.role === role.role)) continue;
      yield* this.#inOneGo(state, role, 'assign', means);
    }
  }

  // A role of the organization is handed out by who controls members through such roles alone.
  #reachOf(state: EscalationState, { company }: EscalationMeans): RoleReach {
    const here = this.#rules.reachOf(rolesOver(state, 'workspace'), 'here');
    const above = company === 'none' ? here : this.#rules.reachOf(rolesOver(state, 'organization'), 'above');
    return (role) => !role.isFixed && (isAbove(role) ? company !== 'none' && above(role) : here(role));
  }

  // One change says all that is held at a place. So where a step alone would be refused, or nothing could be done after
  // it, others are given up together with it.
  *#inOneGo(
    state: EscalationState,
    role: EscalationRole,
    does: 'assign' | 'unassign',
    means: EscalationMeans,
  ): Generator<EscalationState, void> {
    const alone = [...this.#kept(state, means, { does, role, dropped: [] })];
    yield* alone;
    // Who only takes, and is denied nothing by it, can go on.
    if (alone.length > 0 && does === 'assign' && role.deny === 0n) return;
    if (alone.some((after) => this.#reachOf(after, means)(role))) return;
    const reach = this.#reachOf(state, means);
    for (const dropped of othersBeside(role, state)) {
      if (dropped.every(reach)) yield* this.#kept(state, means, { does, role, dropped });
    }
  }

  // Only where nothing is gained by it, in the workspace or where roles of the organization alone are held.
  *#leaving(state: EscalationState, role: EscalationRole): Generator<EscalationState, void> {
    const leave = (dropped: readonly EscalationRole[]): EscalationState | undefined => {
      const left = state.held.filter((other) => other !== role && !dropped.includes(other));
      const after = createState(left, state.made, { before: state, does: 'leave', role, dropped });
      return covers(state.cells, after.cells) && covers(cellsAbove(state), cellsAbove(after)) ? after : undefined;
    };
    const alone = leave([]);
    if (alone) yield alone;
    // What somebody must hold is given to somebody else, and by one's own right with nothing beside it.
    if (alone || isHandedOver(role)) return;
    for (const dropped of othersBeside(role, state)) {
      const after = dropped.some(isHandedOver) ? undefined : leave(dropped);
      if (after) yield after;
    }
  }

  // A role of the organization is edited by who controls roles through roles that span it.
  *#editing(state: EscalationState, { customRoles, company }: EscalationMeans): Generator<EscalationState, void> {
    const { held, made } = state;
    const isHere = this.#rules.controlsRoles(state.cells);
    const isThere = company !== 'none' && this.#rules.controlsRoles(cellsAbove(state));
    for (const role of held) {
      if (!isEditable(role) || !(role.kind === 'custom' ? isHere : isThere)) continue;
      const others = without(held, role);
      const after = [...others, this.rewritten(role.role, others)];
      yield createState(after, made, { before: state, does: 'edit-role', role });
    }
    const hasMade = made !== undefined || held.some((other) => other.isRewritten && other.role === undefined);
    if (!isHere || customRoles === 'not-allowed' || hasMade) return;
    const role = this.rewritten(undefined, held);
    yield createState(held, role, { before: state, does: 'create-role', role });
  }

  /** A role that its editor put in all it can hold, and took out what it denies. */
  rewritten(role: Role | undefined, others: readonly EscalationRole[]): EscalationRole {
    const allow = this.#rules.mostBeside(role?.spans ?? 'workspace', cellsOf(others), denied(others));
    const name = `${role?.id ?? ''}=${allow.toString(36)}`;
    const kind = role ? kindOf(role) : 'custom';
    const more = { kind, isRewritten: true, isFixed: false, assigns: undefined };
    return { name, role, allow, deny: 0n, held: allow, size: 0, ...more };
  }

  /** The state after a change, unless a rule refuses it. */
  *#kept(
    state: EscalationState,
    { company }: EscalationMeans,
    { does, role, dropped }: MembershipChange,
  ): Generator<EscalationState, void> {
    const left = state.held.filter((other) => other !== role && !dropped.includes(other));
    const made = role === state.made ? undefined : state.made;
    const after = createState(does === 'assign' ? [...left, role] : left, made, { before: state, does, role, dropped });
    const isKept =
      isAbove(role) && company !== 'none'
        ? this.#rules.keptAboveBy(state, after, company)
        : this.#rules.keptBy(state, after);
    if (isKept) yield after;
  }
}

/** Every choice of other roles that are held at the same place and may be given up. */
function* othersBeside(role: EscalationRole, { held }: EscalationState): Generator<readonly EscalationRole[], void> {
  const others = held.filter((other) => other !== role && !other.isFixed && isAbove(other) === isAbove(role));
  if (others.length > mostAtOnce) return;
  for (let choice = 1; choice < 1 << others.length; choice += 1) {
    yield others.filter((_other, index) => ((choice >> index) & 1) === 1);
  }
}

/** Whether a role is one of the customer's, and as it was. */
export function isEditable({ role, isRewritten }: EscalationRole): boolean {
  return role !== undefined && !isRewritten && !isBuiltIn(role);
}

/** Whether a role has as many holders as it must have, so that whoever gives it up hands it over. */
function isHandedOver({ role }: EscalationRole): boolean {
  const { holders } = role ?? {};
  return holders !== undefined && holders.least === holders.most;
}

interface MembershipChange {
  readonly does: Extract<EscalationAct, 'assign' | 'unassign'>;
  readonly role: EscalationRole;
  /** What else is given up in one go. */
  readonly dropped: readonly EscalationRole[];
}
