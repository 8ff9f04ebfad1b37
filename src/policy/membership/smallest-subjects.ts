import { compareText } from '../position.ts';
import type { SubjectId } from '../subject.ts';

/**
 * The first few of many, without sorting them all: a workspace may have a hundred thousand members, and to list a page
 * of them must not hold up decisions.
 */
export class SmallestSubjects<Item extends { readonly subject: SubjectId }> {
  readonly #count: number;
  readonly #after: SubjectId | undefined;
  readonly #only: SubjectId | undefined;
  #kept: Item[] = [];
  /** None beyond it is among the first. */
  #bound: SubjectId | undefined;

  /** `only`: nobody else is wanted. */
  constructor(count: number, after: SubjectId | undefined, only?: SubjectId) {
    this.#count = count;
    this.#after = after;
    this.#only = only;
  }

  /** Most are told here that they are not, by one comparison. */
  wants(subject: SubjectId): boolean {
    if (this.#only && compareSubjects(subject, this.#only) !== 0) return false;
    if (this.#bound && compareSubjects(subject, this.#bound) >= 0) return false;
    return !this.#after || compareSubjects(subject, this.#after) > 0;
  }

  add(item: Item): void {
    this.#kept.push(item);
    if (this.#kept.length >= this.#count * 2) this.#cut();
  }

  sorted(): readonly Item[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept.sort((left, right) => compareSubjects(left.subject, right.subject));
    this.#kept.length = Math.min(this.#kept.length, this.#count);
    if (this.#kept.length === this.#count) this.#bound = this.#kept.at(-1)?.subject;
  }
}

/** By type, then by id. */
export function compareSubjects(left: SubjectId, right: SubjectId): number {
  return compareText(left.type, right.type) || compareText(left.id, right.id);
}
