import { parentPort, workerData } from 'node:worker_threads';
import { answerCalls } from '../answer-calls.ts';
import { FolderChanges } from './folder-changes.ts';
import type { FolderThreadData } from './folder-change-worker.ts';

/*
 * Code of the thread that judges changes of a policy folder and writes them: to judge one takes longer than anybody who
 * asks for a decision should wait.
 */

const { root, writing } = workerData as FolderThreadData;

answerCalls(
  parentPort,
  new FolderChanges(root, { writing, onWriting: () => parentPort?.postMessage({ kind: 'writing' }) }),
);
