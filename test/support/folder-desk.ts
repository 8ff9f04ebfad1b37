import { FolderChangeDesk, type ChangedLive } from '../../src/store/changes/folder/folder-change-desk.ts';
import { FolderChanges } from '../../src/store/changes/folder/folder-changes.ts';
import { doChangeWork } from '../../src/store/changes/thread-calls.ts';
import { inOrder } from '../../src/store/turns.ts';

/** Changes of a folder, judged and written in this process rather than in a thread. */
export function deskInThisProcess(root: string, live: ChangedLive): FolderChangeDesk {
  return new FolderChangeDesk(live, (onWriting) => {
    const changes = new FolderChanges(root, { onWriting });
    const inTurn = inOrder();
    return { call: (work) => inTurn(() => doChangeWork(changes, work)), close: () => Promise.resolve() };
  });
}
