import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseConnection } from '../connection/database-connection.ts';
import { DatabaseUrl } from '../database-url.ts';
import { answerCalls } from '../../changes/answer-calls.ts';
import type { DatabaseThreadData } from './database-change-worker.ts';
import { DatabaseChanges } from './database-changes.ts';

/* Code of the thread that judges changes of the policy of a database and writes them, over a connection of its own. */

const { url, cwd, isOfRowsAlone } = workerData as DatabaseThreadData;

const connection = new DatabaseConnection(new DatabaseUrl(url, '--database'), cwd);
answerCalls(parentPort, new DatabaseChanges(connection, { isOfRowsAlone }));
