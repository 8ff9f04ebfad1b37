import type { Assignment, Member } from './policy-set.ts';
import type { Span } from './position.ts';
import type { Role } from './role.ts';
import type { SubjectId } from './subject.ts';

/**
 * A member with one role that neither begins nor ends, as nearly everybody is. One object, which makes the others for
 * whoever asks: of a million members, whatever is kept of each is looked at by every full garbage collection. Its fields
 * are properties, so that two policies can be compared deeply.
 */
export class PlainMember implements Member {
  readonly role: Role;
  private readonly type: string;
  private readonly id: string;
  private readonly file: string;
  private readonly line: number;
  private readonly column: number;
  private readonly length: number;
  private readonly roleLine: number;
  private readonly roleColumn: number;
  private readonly roleLength: number;

  /** `position` is where the member stands, `rolePosition` where the role does, in the same file. */
  constructor({ type, id }: SubjectId, role: Role, position: Span, rolePosition: Span) {
    this.role = role;
    this.type = type;
    this.id = id;
    this.file = position.file;
    this.line = position.line;
    this.column = position.column;
    this.length = position.length;
    this.roleLine = rolePosition.line;
    this.roleColumn = rolePosition.column;
    this.roleLength = rolePosition.length;
  }

  get subject(): SubjectId {
    return { type: this.type, id: this.id };
  }

  get assignments(): readonly Assignment[] {
    return [new PlainAssignment(this)];
  }

  get properties(): undefined {
    return undefined;
  }

  get position(): Span {
    return { file: this.file, line: this.line, column: this.column, length: this.length };
  }

  get rolePosition(): Span {
    return { file: this.file, line: this.roleLine, column: this.roleColumn, length: this.roleLength };
  }

  /** The same member at the same place with another role. */
  withRole(role: Role): PlainMember {
    return new PlainMember(this.subject, role, this.position, this.rolePosition);
  }
}

class PlainAssignment implements Assignment {
  readonly role: Role;
  readonly fromMs = undefined;
  readonly untilMs = undefined;
  readonly reason = undefined;
  private readonly member: PlainMember;

  constructor(member: PlainMember) {
    this.role = member.role;
    this.member = member;
  }

  get position(): Span {
    return this.member.rolePosition;
  }
}
