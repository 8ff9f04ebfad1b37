import { isLowerCaseId, isPlaceId } from '../../../policy/ids.ts';
import { isJsonObject } from '../../../policy/text/json.ts';
import {
  partsOfGroup,
  type Place,
  type RuntimeAssignment,
  type RuntimeMember,
} from '../../../policy/runtime-member.ts';
import { subjectIdFault } from '../../../policy/subject.ts';
import type { AddedRule } from './added-rules.ts';
import { damagedRow } from '../damaged-row.ts';

/** The columns as a statement of our own gives a membership. */
export interface MemberColumns {
  readonly place_kind: string | null;
  readonly place: string | null;
  readonly subject_type: string | null;
  readonly subject_id: string | null;
  readonly sequence: number;
  /** Of the change of that sequence. */
  readonly token: string;
}

/**
 * The membership that a row tells of. SQLite keeps anything in any column, and whoever writes to a database may break
 * what it holds, so it is taken for nothing but what rolebook writes.
 */
export function memberOf(row: MemberColumns, assignments: unknown): RuntimeMember {
  const { place_kind: kind, place, subject_type: type, subject_id: id, sequence, token } = row;
  if (!isKind(kind) || !isText(place) || !isIdOf(kind, place)) throw damagedMember(sequence, 'is of no place');
  if (!isText(type) || !isLowerCaseId(type) || !isText(id)) throw damagedMember(sequence, 'is of no subject');
  if (!isText(token)) throw damagedMember(sequence, 'has no token');
  const held = parseAssignments(assignments, sequence);
  return {
    place: { kind, id: place },
    subject: { type, id },
    // Whose id no door lets in holds nothing: nobody can ask as that one, and it would be shown as another person's.
    assignments: subjectIdFault(id) === undefined ? held : [],
    sequence,
    token,
  };
}

/** What somebody holds, as it is kept. `sequence`: of the change that wrote it. */
export function parseAssignments(text: unknown, sequence: number): RuntimeAssignment[] {
  const value = isText(text) ? parseJson(text) : undefined;
  if (Array.isArray(value) && value.every(isAssignment)) return value;
  throw damagedMember(sequence, 'does not say which roles it gives');
}

/** The rows for Casbin that a membership was written with. */
export function parseRules(text: unknown, sequence: number): AddedRule[] {
  const value = isText(text) ? parseJson(text) : undefined;
  if (Array.isArray(value) && value.every(isRule)) return value;
  throw damagedMember(sequence, 'does not say which rows for Casbin are its own');
}

function isKind(kind: string | null): kind is Place['kind'] {
  return kind === 'workspace' || kind === 'organization' || kind === 'group';
}

function isIdOf(kind: Place['kind'], id: string): boolean {
  if (kind !== 'group') return isPlaceId(id);
  const { organization, group } = partsOfGroup(id);
  return isPlaceId(organization) && isPlaceId(group);
}

function isRule(value: unknown): value is AddedRule {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [id, ...texts] = value as readonly unknown[];
  return Number.isSafeInteger(id) && texts.every(isText);
}

function isAssignment(value: unknown): value is RuntimeAssignment {
  if (!isJsonObject(value)) return false;
  const { role, handedOver, from, until, reason, ...others } = value;
  if (Object.keys(others).length > 0) return false;
  if (handedOver !== undefined && (handedOver !== true || from !== undefined || until !== undefined)) return false;
  return isText(role) && [from, until, reason].every((part) => part === undefined || isText(part));
}

function damagedMember(sequence: number, what: string): Error {
  return damagedRow(`the membership of change ${String(sequence)}`, what);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
