import type { PolicyEdit } from '../../compile/edit/policy-edit.ts';
import { findWritten, type PolicySet, type TimedRole } from '../../policy/policy-set.ts';
import type { Place, RuntimeAssignment, RuntimeMember } from '../../policy/runtime-member.ts';
import { parseSubject, type SubjectId } from '../../policy/subject.ts';
import { formatInstant, parseFrom, parseUntil } from '../../policy/text/instant.ts';
import { findPlace, membersPlaceOf } from '../members/member-roles.ts';
import { placeOfEdit } from './asked-edit.ts';

export type MemberEdit = Extract<PolicyEdit, { readonly edit: 'member.set' | 'member.remove' }>;

/** A membership as an edit asks for it. */
export interface AskedMembership {
  readonly place: Place;
  readonly subject: SubjectId;
  readonly assignments: readonly RuntimeAssignment[];
  /** What the files say of it. */
  readonly earlier: RuntimeMember;
}

/** What an edit of a membership asks for, with times as they are kept at run time; undefined: there is no such place. */
export function readMembership(policy: PolicySet, edit: MemberEdit): AskedMembership | undefined {
  const named = placeOfEdit(edit);
  const known = named && findPlace(policy, named);
  if (!known) return undefined;
  const place = { kind: known.kind, id: known.id };
  const subject = parseSubject(edit.subject, policy.catalog.subjectTypes[0]);
  const written = findWritten(membersPlaceOf(known), subject)?.assignments ?? [];
  const earlier = { place, subject, assignments: written.map(asGiven), sequence: 0, token: '' };
  const assignments = edit.edit === 'member.remove' ? [] : edit.roles.map(inInstants);
  return { place, subject, assignments, earlier };
}

function asGiven({ role, fromMs, untilMs, reason }: TimedRole): RuntimeAssignment {
  return {
    role: role.id,
    ...(fromMs === undefined ? {} : { from: formatInstant(fromMs) }),
    ...(untilMs === undefined ? {} : { until: formatInstant(untilMs) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

// As times are kept at run time: what YAML says with a date is the same with the instant that it means.
function inInstants(entry: RuntimeAssignment): RuntimeAssignment {
  const { from, until } = entry;
  const [fromMs, untilMs] = [from && parseFrom(from), until && parseUntil(until)];
  return {
    ...entry,
    ...(typeof fromMs === 'number' ? { from: formatInstant(fromMs) } : {}),
    ...(typeof untilMs === 'number' ? { until: formatInstant(untilMs) } : {}),
  };
}
