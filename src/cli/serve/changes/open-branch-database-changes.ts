import { databaseChangeWorker, urlForThread } from '../../../store/database/changes/database-change-worker.ts';
import { listKeptChanges } from '../../../store/database/changes/kept-changes.ts';
import { BranchDatabaseHistory } from '../../../store/database/publishing/branch-database-history.ts';
import type { BranchDatabase } from '../../../store/database/publishing/branch-database.ts';
import { HistoryClone } from '../../../store/history/history-clone.ts';
import { RemoteHistory } from '../../../store/history/remote-history.ts';
import { processClock } from '../../../store/process-clock.ts';
import { BranchDatabaseDesk } from '../../../store/pushing/branch-database-desk.ts';
import { SignatureCheck } from '../../../store/signatures/signature-check.ts';
import type { NamedBranch } from '../publishing/open-publisher.ts';
import { openPushing, type BranchWays } from './open-branch-changes.ts';

export interface BranchDatabaseChanges extends BranchWays {
  readonly live: BranchDatabase;
  readonly history: BranchDatabaseHistory;
  readonly cwd: string;
}

/** Where a branch is changed that is published to a database, and members at run time there. Throws where a change could not be signed. */
export async function openBranchDatabaseChanges(of: BranchDatabaseChanges): Promise<BranchDatabaseDesk> {
  const { live, history, cwd } = of;
  const { url } = live.connection;
  const { work: branch, modes } = await openPushing(of, { url: urlForThread(url), cwd });
  const rows = databaseChangeWorker(url, { cwd, isOfRowsAlone: true });
  return new BranchDatabaseDesk({ live, publisher: live.publisher, rows, branch, history, modes });
}

/** The history of such a branch and of the database. */
export function openBranchDatabaseHistory(
  named: NamedBranch,
  live: BranchDatabase,
): { readonly history: BranchDatabaseHistory; readonly close: () => void } {
  const { address, ref, prefix, credentials, folder, signers } = named;
  const clone = new HistoryClone({ address, ref, prefix, credentials, folder: `${folder}-history` });
  const signatures =
    signers === undefined
      ? undefined
      : new SignatureCheck({ file: signers, folder: `${folder}-history-signers`, now: processClock.now });
  const commits = new RemoteHistory(clone, { live: () => live.publisher.commit, signatures });
  const history = new BranchDatabaseHistory(commits, {
    list: (filter) =>
      live.connection.read(async (manager, onAnswer) => {
        const found = await listKeptChanges(manager, filter);
        onAnswer();
        return found;
      }),
  });
  return { history, close: () => clone.close() };
}
