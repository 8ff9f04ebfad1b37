import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { FolderChanges } from './folder-changes.ts';
import { doChangeWork, type ThreadAnswer, type ThreadCall, type ThreadData } from './thread-calls.ts';

/*
 * Code of the thread that judges changes of a policy folder and writes them: to judge one takes longer than anybody who
 * asks for a decision should wait.
 */

const { root, writing } = workerData as ThreadData;
const answer = (message: ThreadAnswer): void => parentPort?.postMessage(message);
const changes = new FolderChanges(root, { writing, onWriting: () => answer({ kind: 'writing' }) });

// One after the other: a change is judged on what the one before it has left.
let latest: Promise<unknown> = Promise.resolve();

parentPort?.on('message', (call: ThreadCall) => {
  latest = latest.then(() => run(call));
});

async function run({ id, work }: ThreadCall): Promise<void> {
  try {
    answer({ kind: 'done', id, value: await doChangeWork(changes, work) });
  } catch (error) {
    const { code, help } = error instanceof RolebookError ? error : { code: undefined, help: undefined };
    answer({ kind: 'failed', id, code, message: messageOf(error), help });
  }
}
