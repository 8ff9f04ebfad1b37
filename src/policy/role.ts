import type { Cell } from './catalog.ts';
import type { Position } from './position.ts';

export type Effect = 'allow' | 'deny';

/** One cell that a role allows or denies, and the line of YAML that said so. One rule is one Casbin `p` row. */
export interface Rule {
  readonly cell: Cell;
  readonly effect: Effect;
  readonly origin: Position;
}

export interface Role {
  readonly id: string;
  /** The workspace that defines it; undefined for a built-in role. */
  readonly workspace: string | undefined;
  readonly title: string;
  readonly description: string | undefined;
  readonly spans: 'workspace' | 'organization';
  /** How many must hold it: in each organization if it spans one, else in each workspace. */
  readonly holders: number | undefined;
  readonly extends: readonly string[];
  /** Everything it allows and denies, flattened: `extends`, `without`, wildcards and the baseline are spelled out. */
  readonly rules: readonly Rule[];
  readonly position: Position;
}

/** Whether a role by itself allows a cell and does not deny it. */
export function allowsCell(role: Role, cell: Cell): boolean {
  let isAllowed = false;
  for (const rule of role.rules) {
    if (rule.cell !== cell) continue;
    if (rule.effect === 'deny') return false;
    isAllowed = true;
  }
  return isAllowed;
}

/** The cells that a role allows and does not deny, by cell index. */
export function heldCells(role: Role): Set<number> {
  const held = new Set<number>();
  for (const rule of role.rules) if (rule.effect === 'allow') held.add(rule.cell.index);
  for (const rule of role.rules) if (rule.effect === 'deny') held.delete(rule.cell.index);
  return held;
}
