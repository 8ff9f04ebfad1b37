import type { Catalog } from '../../policy/catalog.ts';
import type { Cell, Scope } from '../../policy/permission.ts';
import type { Position } from '../../policy/position.ts';
import type { Role } from '../../policy/role.ts';
import { answersOfRole, type RoleAnswers } from './role-answers.ts';

/** The two ways in which a `when` can turn out. */
export type ScopeSide = 'holds' | 'fails';

/** A record of which lines assert what: for each role and cell, and for each side of a scope. */
export class AssertionRecord {
  readonly #catalog: Catalog;
  readonly #answers = new Map<Role, RoleAnswers>();
  readonly #lines = new Map<Role, Map<Cell, Position[]>>();
  readonly #sides = new Map<string, Record<ScopeSide, Position[]>>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  get cellCount(): number {
    return this.#catalog.cells.length;
  }

  isAsked(role: Role): boolean {
    return this.#lines.has(role);
  }

  answersOf(role: Role): RoleAnswers {
    let answers = this.#answers.get(role);
    if (!answers) {
      answers = answersOfRole(role, this.#catalog);
      this.#answers.set(role, answers);
    }
    return answers;
  }

  ask(role: Role): void {
    if (!this.#lines.has(role)) this.#lines.set(role, new Map());
  }

  add(role: Role, cell: Cell, position: Position): void {
    const byCell = this.#lines.get(role);
    const lines = byCell?.get(cell);
    // Several subjects of one line come one after the other.
    if (lines) {
      if (lines.at(-1) !== position) lines.push(position);
    } else byCell?.set(cell, [position]);
  }

  /** That the answer of a line would be another one if the `when` of a scope turned out the other way. */
  addSide({ id }: Scope, side: ScopeSide, position: Position): void {
    let sides = this.#sides.get(id);
    if (!sides) this.#sides.set(id, (sides = { holds: [], fails: [] }));
    if (sides[side].at(-1) !== position) sides[side].push(position);
  }

  sidesOf({ id }: Scope): Readonly<Record<ScopeSide, readonly Position[]>> {
    return this.#sides.get(id) ?? { holds: [], fails: [] };
  }

  linesOf(role: Role, cell: Cell): readonly Position[] {
    return this.#lines.get(role)?.get(cell) ?? [];
  }
}
