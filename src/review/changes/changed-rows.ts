import { PolicyPlaces } from '../../policy/policy-places.ts';
import { findWritten, type PolicySet } from '../../policy/policy-set.ts';
import type { RuntimeAssignment, RuntimeMember } from '../../policy/runtime-member.ts';
import type { JsonValue } from '../../policy/text/json.ts';
import { findPlace, membersPlaceOf } from '../members/member-roles.ts';
import { renamedPlaces } from '../members/renamed-places.ts';
import { applyMoves, planRuntimeMoves } from '../members/runtime-moves.ts';
import { placeOfEdit, type AskedEdit } from './asked-edit.ts';
import { readMembership } from './read-membership.ts';

/** A membership at run time before an edit and after it; without assignments it ends. */
export interface ChangedRow {
  readonly before: RuntimeMember | undefined;
  readonly after: RuntimeMember;
}

/** The memberships at run time that edits have changed so far. */
export class RowsSoFar {
  #rows = new Map<string, RuntimeMember>();

  get all(): readonly RuntimeMember[] {
    return [...this.#rows.values()];
  }

  get(key: string): RuntimeMember | undefined {
    return this.#rows.get(key);
  }

  set(row: RuntimeMember): void {
    this.#rows.set(keyOfRow(row), row);
  }

  /** Has them follow what an edit of files does to the places and roles that they are of. */
  follow(before: PolicySet, after: PolicySet): void {
    if (this.#rows.size === 0 || before === after) return;
    const moved = membersAfter(this.all, before, after);
    this.#rows = new Map(moved.map((row) => [keyOfRow(row), row]));
  }
}

/** What becomes of memberships at run time when another policy takes the place of one. */
export function membersAfter(
  members: readonly RuntimeMember[],
  before: PolicySet,
  after: PolicySet,
): readonly RuntimeMember[] {
  if (members.length === 0 || before === after) return members;
  return applyMoves(members, planRuntimeMoves(new PolicyPlaces(after), members, [], renamedPlaces(after, before)));
}

/** The memberships with some of them as they are to be; those that end have no assignments. */
export function withRows(members: readonly RuntimeMember[], rows: readonly RuntimeMember[]): readonly RuntimeMember[] {
  if (rows.length === 0) return members;
  const changed = new Map(rows.map((row) => [keyOfRow(row), row]));
  return [...members.filter((member) => !changed.has(keyOfRow(member))), ...rows];
}

/** The membership at run time that an edit changes; undefined: it is about what the files say. */
export function findRow(
  policy: PolicySet,
  edit: AskedEdit,
  given: readonly RuntimeMember[],
  soFar: RowsSoFar,
): ChangedRow | undefined {
  if (edit.edit !== 'member.set' && edit.edit !== 'member.remove') return undefined;
  const named = placeOfEdit(edit);
  const known = named && findPlace(policy, named);
  const asked = readMembership(policy, edit);
  if (!known || !asked) return undefined;
  const { place, subject, assignments } = asked;
  if (findWritten(membersPlaceOf(known), subject)) return undefined;
  const key = keyOfRow({ place, subject });
  const found = soFar.get(key) ?? given.find((member) => member.subject.id === subject.id && keyOfRow(member) === key);
  const before = found && found.assignments.length > 0 ? found : undefined;
  // There is nothing to take away: files tell so as they do of anybody who is no member.
  if (!before && edit.edit === 'member.remove') return undefined;
  return { before, after: { ...notThere, place, subject, assignments } };
}

/** Of a membership that nobody has written yet. */
const notThere = { sequence: 0, token: '' };

export function keyOfRow({ place, subject }: Pick<RuntimeMember, 'place' | 'subject'>): string {
  return JSON.stringify([place.kind, place.id, subject.type, subject.id]);
}

/** A membership at run time as files would say it, for its hash. */
export function valueOfRow(row: RuntimeMember | undefined): JsonValue | undefined {
  if (!row) return undefined;
  const held = row.assignments.map(valueOfAssignment);
  const [only] = held;
  return held.length === 1 && typeof only === 'string' ? only : held;
}

function valueOfAssignment({ role, from, until, reason }: RuntimeAssignment): JsonValue {
  if (from === undefined && until === undefined && reason === undefined) return role;
  return {
    role,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(reason === undefined ? {} : { reason }),
  };
}
