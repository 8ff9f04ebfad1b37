import type { SourceFile } from '../../../compile/file/policy-files.ts';
import type { JudgedData } from '../../../review/changes/judged-data.ts';
import type { GitPerson } from '../../committing/git-person.ts';
import type { OnStep } from '../../writing/settle-change.ts';
import type { FileReplacement } from '../../writing/write-policy-files.ts';
import type { AskedChange, ChangeFilter, ChangeHead, ChangeList, ListedEdit, MadeChange } from '../asked-change.ts';
import type { RecordedFile } from '../reverted-files.ts';

/** The way changes of a folder are written. */
export type ChangeWriting =
  /** The folder alone has them. */
  | { readonly kind: 'files' }
  /** Each is a commit of the repository that the folder lies in. */
  | {
      readonly kind: 'commit';
      /** Undefined: the program itself. */
      readonly committer?: GitPerson | undefined;
      /** The file of an SSH key. */
      readonly signingKey?: string | undefined;
    };

/** A change that was judged, and is to be written. */
export interface ChangeToWrite {
  readonly asked: AskedChange;
  readonly atMs: number;
  readonly edits: readonly ListedEdit[];
  readonly data: JudgedData;
  readonly revision: string;
  readonly replacements: readonly FileReplacement[];
  /** The commit that it undoes, where members at run time get back what that took; undefined: it is no such change. */
  readonly undoes?: string | undefined;
  /**
   * Members at run time beside the files, as subjects are told; undefined: there is no place for any. What is kept of the
   * change names none of them, and has its time in full, to be told beside theirs.
   */
  readonly atRunTime?: ReadonlySet<string> | undefined;
}

/** A change that is asked for now. */
export interface ChangeMoment {
  readonly asked: AskedChange;
  readonly nowMs: number;
}

/** A change that was made before, and of what. */
export interface FoundChange {
  readonly head: MadeChange;
  readonly digest: string;
}

/** The way changes of a policy are written, and where they are to be found again. */
export interface ChangeKeeper {
  /** Throws where none can be written until somebody changes how the folder is set up. */
  prepare(): Promise<void>;
  /** Ends what somebody began to write and did not end. */
  settle(): Promise<void>;
  /** The files of the policy as they are now, those that decide nothing too; known ones are the very same objects. */
  read(): Promise<readonly SourceFile[]>;
  /** To be told of the commit that is live where changes are asked for: none is judged on an older one. */
  noteLive?(commit: string): void;
  /** Reads what has come since; undefined: for a list. The rest is of what was read then. */
  refresh(moment?: ChangeMoment): Promise<void>;
  /** The change that its key stands for, which its caller sent before. */
  findByKey(moment: ChangeMoment): Promise<FoundChange | undefined>;
  find(change: string): Promise<ChangeHead | undefined>;
  /** What undoes a change that was found, in files as they are now. */
  readFiles(change: ChangeHead, now: readonly SourceFile[]): Promise<readonly RecordedFile[]>;
  list(filter: ChangeFilter): ChangeList;
  /** Throws a RefusedCommit where they could not be written as things are. */
  requireWritable(replacements: readonly FileReplacement[]): Promise<void>;
  /** Throws ChangedMeanwhile or RefusedCommit where nothing was written. */
  write(change: ChangeToWrite, onStep: OnStep | undefined): Promise<MadeChange>;
}
