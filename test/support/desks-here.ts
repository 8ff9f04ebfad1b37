import { FolderChangeDesk, type ChangedLive } from '../../src/store/changes/folder/folder-change-desk.ts';
import { FolderChanges } from '../../src/store/changes/folder/folder-changes.ts';
import type { ChangeWriting } from '../../src/store/changes/folder/change-keeper.ts';
import { weighedWork } from '../../src/store/changes/weighed-work.ts';
import type { ChangeBudget } from '../../src/store/live/change-budget.ts';
import type { ChangeWork } from '../../src/store/changes/change-worker.ts';
import { doChangeWork, type ThreadedChanges } from '../../src/store/changes/thread-calls.ts';
import { DatabaseChangeDesk, type FollowedLive } from '../../src/store/database/changes/database-change-desk.ts';
import { DatabaseChanges } from '../../src/store/database/changes/database-changes.ts';
import { DatabaseConnection } from '../../src/store/database/connection/database-connection.ts';
import type { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { inOrder } from '../../src/store/turns.ts';

/** Changes of a folder, judged and written in this process rather than in a thread. */
export function deskInThisProcess(
  root: string,
  live: ChangedLive,
  writing?: ChangeWriting,
  budget?: ChangeBudget,
): FolderChangeDesk {
  return new FolderChangeDesk(live, (onWriting) =>
    weighedWork(workInTurn(new FolderChanges(root, { onWriting, ...(writing && { writing }) })), budget),
  );
}

/** Changes of a database, judged and written in this process over a connection of their own. */
export function databaseDeskInThisProcess(
  url: DatabaseUrl,
  live: FollowedLive,
  budget?: ChangeBudget,
): DatabaseChangeDesk {
  const connection = new DatabaseConnection(url, '/');
  const work = weighedWork(workInTurn(new DatabaseChanges(connection)), budget);
  return new DatabaseChangeDesk(live, { call: (asked) => work.call(asked), close: () => connection.close() });
}

function workInTurn(changes: ThreadedChanges): ChangeWork {
  const inTurn = inOrder();
  return { call: (work) => inTurn(() => doChangeWork(changes, work)), close: () => Promise.resolve() };
}
