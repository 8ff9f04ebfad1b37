export type RefusedCommitCode =
  /** A file is in git otherwise than on disk, or is to be committed otherwise. */
  | 'dirty'
  | 'git-in-progress'
  | 'no-branch'
  | 'git-busy'
  | 'not-in-git'
  | 'git-moved'
  | 'push-refused'
  | 'policy-at-fault';

/** A commit that cannot be made as the repository is, and why. Nothing was written, or all of it was undone. */
export class RefusedCommit extends Error {
  readonly code: RefusedCommitCode;
  readonly help: string | undefined;

  constructor(code: RefusedCommitCode, message: string, help?: string) {
    super(message);
    this.name = 'RefusedCommit';
    this.code = code;
    this.help = help;
  }
}
