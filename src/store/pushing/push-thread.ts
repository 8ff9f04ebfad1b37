import { parentPort, workerData } from 'node:worker_threads';
import { answerCalls } from '../changes/answer-calls.ts';
import { KeeperChanges } from '../changes/folder/keeper-changes.ts';
import { SignatureCheck } from '../signatures/signature-check.ts';
import { KeptInBranch } from './kept-in-branch.ts';
import type { PushThreadData } from './push-worker.ts';
import { WritingClone } from './writing-clone.ts';

/* Code of the thread that judges changes of a branch elsewhere and pushes them, from a clone of its own. */

const { clone: of, writing, signatures, database } = workerData as PushThreadData;

const check = signatures && new SignatureCheck({ ...signatures, now: Date.now });
const clone = new WritingClone(of);
const branch = { url: writing.url, ref: writing.ref, path: of.prefix };
// Without a database its packages need not be there.
const rows = database && (await import('./rows-of-database.ts')).openRows(database, branch, clone);
answerCalls(parentPort, new KeeperChanges(new KeptInBranch(clone, writing, check), { rows }));
