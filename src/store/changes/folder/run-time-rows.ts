import type { SourceFile } from '../../../compile/file/policy-files.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import type { RuntimeMember } from '../../../policy/runtime-member.ts';
import type { ChangedRow } from '../../../review/changes/changed-rows.ts';
import type { ChangeRefusal } from '../asked-change.ts';

/** Memberships at run time beside the files that a keeper has: a change is judged with them, and they are written elsewhere. */
export interface RunTimeRows {
  /** All of one moment. Throws where they cannot be read: then nothing can be judged. */
  read(): Promise<RowsNow>;
}

/** Memberships at run time as they are now. */
export interface RowsNow {
  readonly given: readonly RuntimeMember[];
  /** The revision of a policy beside these, as it is told. */
  revisionOf(policy: PolicySet): string;
  /** What undoes a commit: the memberships that it ended or changed when it was published, and nothing has changed since. */
  findUndone(commit: string): Promise<readonly ChangedRow[]>;
  /** Why files could not take the place of what decides; undefined: they can. */
  findObstacle(step: FilesStep): Promise<ChangeRefusal | undefined>;
}

/** Files as they are in their place, and as they would be. */
export interface FilesStep {
  readonly live: PolicySet;
  readonly after: PolicySet;
  readonly files: readonly SourceFile[];
  /** The commit that is undone by them. */
  readonly undoes: string | undefined;
}
