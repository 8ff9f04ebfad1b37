import type { DatabaseUrl } from '../database-url.ts';
import { ChangeWorker } from '../../changes/change-worker.ts';

// Beside this file, built or not.
const threadEntry = new URL(
  import.meta.url.endsWith('.ts') ? './database-change-thread.ts' : './database-change-thread.js',
  import.meta.url,
);

/** The database of the thread. */
export interface DatabaseThreadData {
  readonly url: string;
  /** What the path of an SQLite file is relative to. */
  readonly cwd: string;
  /** Whether files are changed elsewhere, and members at run time alone here. */
  readonly isOfRowsAlone: boolean;
}

/** The thread that judges changes of the policy of a database and writes them. */
export function databaseChangeWorker(
  url: DatabaseUrl,
  { cwd, isOfRowsAlone = false }: Pick<DatabaseThreadData, 'cwd'> & Partial<DatabaseThreadData>,
  entry: URL = threadEntry,
): ChangeWorker {
  const data: DatabaseThreadData = { url: urlForThread(url), cwd, isOfRowsAlone };
  return new ChangeWorker(data, { entry });
}

/** The whole of an address, for a thread of this process. */
export function urlForThread(url: DatabaseUrl): string {
  return url.kind === 'sqlite' ? `sqlite:${url.reveal()}` : url.reveal();
}
