import type { ChangeWork } from '../../../store/changes/change-worker.ts';
import { weighedWork } from '../../../store/changes/weighed-work.ts';
import type { ChangeBudget } from '../../../store/live/change-budget.ts';
import type { ChangeMode } from '../../../store/changes/asked-change.ts';
import type { GitPerson } from '../../../store/committing/git-person.ts';
import { requireSigningKey } from '../../../store/committing/signing-key.ts';
import type { LivePolicy } from '../../../store/live/live-policy.ts';
import { BranchChangeDesk } from '../../../store/pushing/branch-change-desk.ts';
import type { PushMode } from '../../../store/pushing/branch-writing.ts';
import { pushWorker, type PushThreadData } from '../../../store/pushing/push-worker.ts';
import type { WritingCloneOptions } from '../../../store/pushing/writing-clone.ts';
import type { RemoteHistory } from '../../../store/history/remote-history.ts';
import type { RemoteFiles } from '../../../store/remote/remote-files.ts';

/** The ways in which a branch is changed. */
export interface BranchWays {
  /** Where commits are made. */
  readonly clone: WritingCloneOptions;
  readonly modes: readonly ChangeMode[];
  readonly committer: GitPerson | undefined;
  readonly signingKey: string | undefined;
  readonly pushOptions: readonly string[] | undefined;
  /** The file of those who may sign. */
  readonly allowedSigners: string | undefined;
  /** What a change may change at once. */
  readonly budget?: ChangeBudget | undefined;
}

export interface BranchChanges extends BranchWays {
  readonly live: LivePolicy;
  readonly files: RemoteFiles;
  readonly history: RemoteHistory;
}

/** Where the branch that is followed is changed. Throws where a change could not be signed. */
export async function openBranchChanges(of: BranchChanges): Promise<BranchChangeDesk> {
  const { live, files, history, clone } = of;
  const { work, modes } = await openPushing(of);
  return new BranchChangeDesk({ live, files, history, work, folder: clone.folder, modes });
}

/** The thread that changes a branch, and the ways in which it does. */
export async function openPushing(
  of: BranchWays,
  database?: PushThreadData['database'],
): Promise<{ readonly work: ChangeWork; readonly modes: readonly PushMode[] }> {
  const { clone, committer, signingKey, pushOptions, allowedSigners, budget } = of;
  if (signingKey !== undefined) await requireSigningKey(signingKey);
  const modes = of.modes.filter((mode): mode is PushMode => mode === 'commit' || mode === 'propose');
  const { url } = clone.address;
  const writing = { url, ref: clone.ref, modes, committer, signingKey, pushOptions };
  const signatures =
    allowedSigners === undefined ? undefined : { file: allowedSigners, folder: `${clone.folder}-signers` };
  return { work: weighedWork(pushWorker({ clone, writing, signatures, database }), budget), modes };
}
