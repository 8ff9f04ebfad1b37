import type { MessagePort } from 'node:worker_threads';
import { messageOf, RolebookError } from '../../policy/errors.ts';
import { doChangeWork, type ThreadAnswer, type ThreadCall, type ThreadedChanges } from './thread-calls.ts';

/** Answers what a thread is asked for, one after the other: a change is judged on what the one before it has left. */
export function answerCalls(port: MessagePort | null, changes: ThreadedChanges): void {
  const answer = (message: ThreadAnswer): void => port?.postMessage(message);
  let latest: Promise<unknown> = Promise.resolve();
  const run = async ({ id, work }: ThreadCall): Promise<void> => {
    try {
      answer({ kind: 'done', id, value: await doChangeWork(changes, work) });
    } catch (error) {
      const { code, help } = error instanceof RolebookError ? error : { code: undefined, help: undefined };
      answer({ kind: 'failed', id, code, message: messageOf(error), help });
    }
  };
  port?.on('message', (call: ThreadCall) => {
    latest = latest.then(() => run(call));
  });
}
