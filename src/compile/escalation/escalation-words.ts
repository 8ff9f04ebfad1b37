import type { Permission } from '../../policy/permission.ts';
import type { Position } from '../../policy/position.ts';
import { quote } from '../words/describe-value.ts';
import type { Escalation, EscalationStep } from './escalation-search.ts';
import type { EscalationAct } from './escalation-state.ts';

/** A step as plain data. */
export interface PlainEscalationStep {
  /** Id of the permission that allows it; absent: it needs none. */
  readonly by?: string;
  /** Ids of other permissions held that allow it, too. */
  readonly also: readonly string[];
  readonly does: EscalationAct;
  /** Absent: the role that was made on the way. */
  readonly role?: string;
  /** Other roles that are given up in the same change; absent: none. */
  readonly givingUp?: readonly string[];
  /** The line that grants `by`; absent when an earlier step gave it. */
  readonly position?: Position;
}

export interface PlainEscalation {
  /** Ids of the roles it begins with. */
  readonly roles: readonly string[];
  readonly steps: readonly PlainEscalationStep[];
  readonly help: Escalation['help'];
}

export function plainSteps(steps: readonly EscalationStep[]): PlainEscalationStep[] {
  return steps.map(({ by, also, does, role, givingUp, origin }) => ({
    ...(by === undefined ? {} : { by: by.id }),
    also: also.map(({ id }) => id),
    does,
    ...(role === undefined ? {} : { role: role.id }),
    ...(givingUp.length === 0 ? {} : { givingUp: givingUp.map(({ id }) => id) }),
    ...(origin === undefined ? {} : { position: origin }),
  }));
}

/** The way as arrows: `team-lead` → `teammate:manage` → `workspace-admin`. */
export function formatEscalation({ roles, steps, help }: PlainEscalation): string {
  const end = help === 'assigning' ? ['somebody who hands it out'] : [];
  return [
    roles.map(quote).join(' with '),
    ...steps.flatMap((step) => [...(step.by === undefined ? [] : [quote(step.by)]), formatResult(step)]),
    ...end,
  ].join(' → ');
}

/** A few are enough to see what kind of thing is in reach. */
export function listSome(cells: readonly string[]): string {
  const shown = cells.slice(0, 3).map(quote).join(', ');
  return cells.length > 3 ? `${shown} and ${cells.length - 3} more` : shown;
}

/** What closes a way: `permissions` are those that allow its first step. */
export function selfEscalationHelp(permissions: readonly Permission[]): string {
  const names = permissions.map(({ id }) => quote(id));
  const list = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}` : names.join('');
  const caution = permissions[0]?.caution === undefined ? '' : `; its caution: ${permissions[0].caution}`;
  return `leave ${list} to roles that hold everything, or set \`escalation: prevent\`${caution}`;
}

function formatResult({ does, role, givingUp = [] }: PlainEscalationStep): string {
  const others = givingUp.map(quote).join(' and ');
  const inPlace = others === '' ? '' : ` in place of ${others}`;
  if (role === undefined) return does === 'create-role' ? 'a new role' : `the new role${inPlace}`;
  if (does === 'edit-role') return `${quote(role)} rewritten`;
  if (does === 'assign') return `${quote(role)}${inPlace}`;
  return `without ${quote(role)}${others === '' ? '' : ` and ${others}`}`;
}
