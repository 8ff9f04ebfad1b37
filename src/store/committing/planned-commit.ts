/** A file that a commit holds otherwise than the one before it. */
export interface CommittedFile {
  /** Below the top of the work tree. */
  readonly path: string;
  readonly mode: '100644' | '100755';
  /** Names of what git has of it before and after; null: nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** A commit that stands ready, and that is made by the branch coming to name it. */
export interface PlannedCommit {
  /** In full, as `refs/heads/main`. */
  readonly branch: string;
  /** The commit that the branch names before. */
  readonly parent: string;
  readonly commit: string;
  readonly files: readonly CommittedFile[];
}

/** Whether a value that was read is one. */
export function isPlannedCommit(value: unknown): value is PlannedCommit {
  if (typeof value !== 'object' || value === null) return false;
  const { branch, parent, commit, files } = value as Partial<PlannedCommit>;
  const isBranch = typeof branch === 'string' && /^refs\/heads\/[^\s\0]+$/.test(branch);
  return isBranch && isName(parent) && isName(commit) && Array.isArray(files) && files.every(isCommittedFile);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value);
}

function isCommittedFile({ path, mode, before, after }: Partial<CommittedFile>): boolean {
  const isPath = typeof path === 'string' && path !== '' && !path.includes('\0');
  const isMode = mode === '100644' || mode === '100755';
  return isPath && isMode && [before, after].every((name) => name === null || isName(name));
}
