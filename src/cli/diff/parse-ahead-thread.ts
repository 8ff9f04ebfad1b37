import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { WorkspaceFile } from '../../compile/file/entries.ts';
import { parsePolicyFile } from '../../compile/file/parsed-file.ts';
import { sendWorkspace } from '../../compile/incremental/sent-workspace.ts';
import { batchState, unpackBatch, type ParseBatch, type ParsedBatch, type ParseTask } from './parse-ahead-task.ts';

/* What a thread runs that parses workspaces ahead of who compiles them. */

const answers = workerData as MessagePort;

parentPort?.on('message', ({ batches, states }: ParseTask) => {
  for (const [index, batch] of batches.entries()) {
    if (Atomics.compareExchange(states, index, batchState.free, batchState.beingParsed) !== batchState.free) continue;
    const parsed = parseBatch(batch);
    const rows = parsed.files.flatMap((sent) => (sent ? [sent.places.rows.buffer as ArrayBuffer] : []));
    answers.postMessage(parsed, rows);
    Atomics.store(states, index, batchState.parsed);
    Atomics.notify(states, index);
  }
});

function parseBatch(batch: ParseBatch): ParsedBatch {
  const files = unpackBatch(batch);
  return {
    number: batch.number,
    files: files.map((file) => sendWorkspace(parsePolicyFile<WorkspaceFile>(file, 'workspace'))),
  };
}
