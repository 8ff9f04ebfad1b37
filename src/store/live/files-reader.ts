import type { SourceFile } from '../../compile/file/policy-files.ts';
import type { SourceReport } from './policy-source.ts';
import type { ChangedPaths } from '../folder/changed-paths.ts';

/** A reader of the files of a policy, wherever they are. */
export interface FilesReader {
  /** The folder of the policy; empty where there is none. */
  readonly root: string;
  /** What tells the commit of its files; undefined: the repository that the folder lies in. */
  readonly commits?: CommitTeller;
  /** Facts about where the files come from; undefined: from a folder. */
  readonly report?: Omit<SourceReport, 'isFromCache'> | undefined;
  /** What was good last, for a start at which nothing good can be read; undefined: nothing is known. Throws as `read` does. */
  readKept?(): Promise<KeptFiles | undefined>;
  /** To be told of each look that found files good that were read. */
  noteGood?(files: readonly SourceFile[], outcome: 'loaded' | 'unchanged'): void;
  /**
   * The files that decide, as they were together at one moment, sorted by path; the very same array for as long as nothing
   * changes. Throws where there is no telling. `changed` names all that may have changed, if somebody watched.
   */
  read(which: 'deciding', changed?: ChangedPaths): Promise<readonly SourceFile[]>;
  /** What is to be read again. Throws as `read` does. */
  findChanged(which: 'deciding'): Promise<ChangedPaths>;
}

/** Files that were good once, and when. */
export interface KeptFiles {
  readonly files: readonly SourceFile[];
  /** When the source said last that this is how it is; undefined: nobody knows. */
  readonly heardMs: number | undefined;
  /** When they became live. */
  readonly newsMs: number | undefined;
}

/** A teller of the commit of files that were read. */
export interface CommitTeller {
  /** Undefined: they are of none. */
  read(files: readonly SourceFile[]): Promise<string | undefined>;
  /** The commits that one builds upon, itself first, as far as they are known. */
  listHistory(commit: string, most: number): Promise<readonly string[]>;
  /** Whether something may have happened since the last reading. */
  mayHaveMoved(): Promise<boolean>;
  /** Where one stands that is in no history which is known here, by asking whoever has all of it. Rejects where nobody answers. */
  findElsewhere?(commit: string, live: string): Promise<CommitStand>;
}

/** The stand of a commit to the live one: it builds upon it, it will when the branch is looked at, or it never will. */
export type CommitStand = 'passed' | 'ahead' | 'apart';
