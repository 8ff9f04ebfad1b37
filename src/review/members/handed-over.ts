import { quote } from '../../compile/words/describe-value.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { Position } from '../../policy/position.ts';
import { handedOverOf, type Place, type RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { nameOfPlace, subjectName } from './change-question.ts';
import { findPlace } from './member-roles.ts';
import { writtenMember } from './plan-handover.ts';

/** A role that YAML gives somebody who handed it over at run time, and the line that still says so. */
export interface HandedOver {
  readonly place: Place;
  readonly subject: SubjectId;
  readonly role: string;
  readonly position: Position;
  /** One sentence for a person. */
  readonly message: string;
}

export function findHandedOver(policy: PolicySet, members: Iterable<RuntimeMember>): HandedOver[] {
  const found: HandedOver[] = [];
  for (const member of members) {
    const roles = handedOverOf(member);
    const place = roles.length === 0 ? undefined : findPlace(policy, member.place);
    const written = place && writtenMember(place, member.subject);
    for (const { role, position } of written?.assignments ?? []) {
      if (!roles.includes(role.id)) continue;
      const who = subjectName(policy, member.subject);
      const where = nameOfPlace(member.place);
      const message = `${who} handed over role ${quote(role.id)} of ${where} at run time and holds it no more, whatever is written`;
      found.push({ place: member.place, subject: member.subject, role: role.id, position, message });
    }
  }
  return found;
}
