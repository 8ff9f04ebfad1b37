import type { SubjectId } from '../../policy/subject.ts';

/** Somebody who signed in to the pages, for as long as their cookie says so. */
export interface Session {
  readonly id: string;
  /** Undefined: they may choose whom to act as, and have not chosen yet. */
  readonly actor: SubjectId | undefined;
  /** The first instant at which it is over. */
  readonly endsAtMs: number;
}
