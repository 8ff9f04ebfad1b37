import { allMembers, findMember, type Member, type Members } from '../../policy/policy-set.ts';
import type { SubjectId } from '../../policy/subject.ts';

/**
 * Finds members: those that are asked for in their own order without looking them up, which nearly all are when two
 * sides of a workspace are walked at once.
 */
export class MemberCursor {
  readonly #members: Members;
  readonly #order: Iterator<Member, undefined>;
  #next: Member | undefined;

  constructor(members: Members) {
    this.#members = members;
    this.#order = allMembers(members);
    this.#next = this.#order.next().value;
  }

  find(subject: SubjectId): Member | undefined {
    const next = this.#next;
    if (next?.subject.id !== subject.id || next.subject.type !== subject.type)
      return findMember(this.#members, subject);
    this.#next = this.#order.next().value;
    return next;
  }
}
