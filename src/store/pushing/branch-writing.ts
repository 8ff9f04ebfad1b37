import type { GitPerson } from '../committing/git-person.ts';

/** The ways in which changes of a branch elsewhere are written. */
export type PushMode = 'commit' | 'propose';

/** The branch that changes are for, and how they are written. */
export interface BranchWriting {
  readonly url: string;
  /** The branch that is followed, by its full name. */
  readonly ref: string;
  /** Those that may be asked for; the first where nobody says which. */
  readonly modes: readonly PushMode[];
  /** Undefined: the program itself. */
  readonly committer?: GitPerson | undefined;
  /** The file of an SSH key. */
  readonly signingKey?: string | undefined;
  /** What the server is told with the branch of a proposal. */
  readonly pushOptions?: readonly string[] | undefined;
}
