import { digestOfText } from '../../compile/revision.ts';
import type { FindingWord } from '../../compile/file/entries.ts';
import type { Waiver } from '../../compile/file/compiled.ts';
import type { ReviewKind } from '../../policy/review/review-kinds.ts';
import type { Position } from '../../policy/position.ts';
import type { Place } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';

/** The words that say what a finding is about, as `waive` has them. */
export type FindingAbout = Readonly<Partial<Record<FindingWord, string>>>;

/** The number of times that something was done, and when first and last, in milliseconds since 1970 UTC. */
export interface Use {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The numbers and names that a finding rests on. */
export interface Evidence {
  /** Memberships of the role, there and everywhere. */
  readonly holders?: number;
  /** The first of them, as policies write them. */
  readonly names?: readonly string[];
  /** Of those holders, how many did it. */
  readonly users?: number;
  readonly use?: Use | undefined;
  /** When it was given; told only where the files have a date. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** The other role. */
  readonly other?: string;
}

/** A way to take a finding away. Several of one review are put together into one change. */
export type Taking =
  | { readonly does: 'disallow'; readonly place: Place; readonly role: string; readonly word: string }
  | { readonly does: 'delete-role'; readonly place: Place; readonly role: string; readonly to: string }
  | { readonly does: 'remove-member'; readonly place: Place; readonly subject: SubjectId }
  | {
      readonly does: 'end-role';
      readonly place: Place;
      readonly subject: SubjectId;
      readonly role: string;
      readonly untilMs: number;
    }
  | {
      readonly does: 'leave-group';
      readonly organization: string;
      readonly group: string;
      readonly subject: SubjectId;
    };

/** Something that nobody uses, or that is over, with what shows it and what would take it away. */
export interface UsageFinding {
  readonly id: string;
  readonly kind: ReviewKind;
  readonly about: FindingAbout;
  /** One sentence for a person, lower-case start, names in backticks. */
  readonly message: string;
  readonly evidence: Evidence;
  readonly position: Position | undefined;
  /** Undefined: a person has to decide, or git alone changes it. */
  readonly taking: Taking | undefined;
  /** Why there is no ready change, as a sentence. */
  readonly byHand?: string;
}

export type NewFinding = Omit<UsageFinding, 'id'>;

const idDigits = 10;

/** Gives a finding its name, which is the same for the same thing on every day. */
export function nameFinding(finding: NewFinding): UsageFinding {
  return { ...finding, id: findingName(finding) };
}

/** The name of a finding, by the least that it hangs on. */
export function findingName({ kind, about, evidence }: Pick<NewFinding, 'kind' | 'about' | 'evidence'>): string {
  const words = Object.entries(about).sort(([left], [right]) => (left < right ? -1 : 1));
  return digestOfText(JSON.stringify([kind, words, evidence.other ?? null])).slice(0, idDigits);
}

/** A finding that was looked at and accepted. */
export interface WaivedUsage {
  readonly finding: UsageFinding;
  readonly waiver: Waiver;
}
