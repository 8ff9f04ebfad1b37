import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseConnection } from '../connection/database-connection.ts';
import { DatabaseUrl } from '../database-url.ts';
import { answerCalls } from '../../changes/answer-calls.ts';
import { DatabaseChanges } from './database-changes.ts';

/* Code of the thread that judges changes of the policy of a database and writes them, over a connection of its own. */

const { url, cwd } = workerData as { readonly url: string; readonly cwd: string };

answerCalls(parentPort, new DatabaseChanges(new DatabaseConnection(new DatabaseUrl(url, '--database'), cwd)));
