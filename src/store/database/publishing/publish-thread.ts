import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, RolebookError } from '../../../policy/errors.ts';
import { openDatabase } from '../connection/open-database.ts';
import { DatabaseUrl } from '../database-url.ts';
import { writerHere } from './commit-writer.ts';
import type { ThreadReply, ThreadTask } from './threaded-writer.ts';

/* Code of a thread that publishes one commit over a connection of its own, and ends. */

const { url, cwd, found } = workerData as ThreadTask;

async function publish(): Promise<ThreadReply> {
  const database = await openDatabase(new DatabaseUrl(url, '--database'), 'write', cwd);
  try {
    return { kind: 'done', outcome: await writerHere(() => Promise.resolve(database)).publish(found) };
  } finally {
    await database.close();
  }
}

const failed = (error: unknown): ThreadReply => {
  const { code, help } = error instanceof RolebookError ? error : ({ code: 'unavailable', help: undefined } as const);
  return { kind: 'failed', code, message: messageOf(error), help };
};

parentPort?.postMessage(await publish().catch(failed));
