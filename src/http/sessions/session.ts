import type { SubjectId } from '../../policy/subject.ts';

/** Somebody who signed in to the pages. */
export interface Session {
  readonly id: string;
  /** Undefined: they may choose whom to act as, and have not chosen yet. */
  readonly actor: SubjectId | undefined;
  /** The first instant at which it is over. */
  readonly endsAtMs: number;
}

/** A session that was signed out, by when it would have been over. */
export type EndedSession = Pick<Session, 'id' | 'endsAtMs'>;

/** The person at a page: by a session, or by the word of a proxy, which alone knows when that is over. */
export interface SignedIn {
  readonly actor: SubjectId | undefined;
  readonly endsAtMs: number | undefined;
}
