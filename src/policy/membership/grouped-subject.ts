import type { GroupedSubject } from '../policy-set.ts';
import type { Span } from '../position.ts';
import type { SubjectId } from '../subject.ts';

/** A subject in a group, as one object: of a hundred thousand, whatever is kept of each is looked at by every collection. */
export class PlainGroupedSubject implements GroupedSubject {
  private readonly type: string;
  private readonly id: string;
  private readonly file: string;
  private readonly line: number;
  private readonly column: number;
  private readonly length: number;

  constructor({ type, id }: SubjectId, { file, line, column, length }: Span) {
    this.type = type;
    this.id = id;
    this.file = file;
    this.line = line;
    this.column = column;
    this.length = length;
  }

  get subject(): SubjectId {
    return { type: this.type, id: this.id };
  }

  get position(): Span {
    return { file: this.file, line: this.line, column: this.column, length: this.length };
  }
}
