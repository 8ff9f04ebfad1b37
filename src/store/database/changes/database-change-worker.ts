import type { DatabaseUrl } from '../database-url.ts';
import { ChangeWorker } from '../../changes/change-worker.ts';

// Beside this file, built or not.
const threadEntry = new URL(
  import.meta.url.endsWith('.ts') ? './database-change-thread.ts' : './database-change-thread.js',
  import.meta.url,
);

/** The thread that judges changes of the policy of a database and writes them. `cwd`: what the path of an SQLite file is relative to. */
export function databaseChangeWorker(url: DatabaseUrl, cwd: string, entry: URL = threadEntry): ChangeWorker {
  const text = url.kind === 'sqlite' ? `sqlite:${url.reveal()}` : url.reveal();
  return new ChangeWorker({ url: text, cwd }, { entry });
}
