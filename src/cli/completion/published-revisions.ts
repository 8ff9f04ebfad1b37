import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inTime } from '../../http/endpoint/in-time.ts';
import { formatDatabaseRevision } from '../../policy/database-revision.ts';
import { limits } from '../../policy/limits.ts';
import { DatabaseUrl } from '../../store/database/database-url.ts';
import type { CommandIo } from '../command/command-io.ts';
import { databaseFromVariable } from '../command/database-variable.ts';
import type { CompletionRequest } from './completion-request.ts';

/** The newest revisions of the database that is named, as `revisions` tells them. Throws where it does not answer soon. */
export async function findPublishedRevisions(
  { database: typed }: CompletionRequest,
  io: CommandIo,
): Promise<readonly string[]> {
  const url = typed === undefined ? databaseFromVariable(io) : new DatabaseUrl(typed, '--database');
  // Whatever is no file could keep a reader waiting.
  if (url.kind === 'sqlite' && !(await stat(resolve(io.cwd, url.reveal()))).isFile()) return [];
  const { openDatabase } = await import('../../store/database/connection/open-database.ts');
  const { requireMigrated } = await import('../../store/database/tables/migrate-database.ts');
  const { readReleases } = await import('../../store/database/releases/read-releases.ts');
  const read = async (): Promise<readonly string[]> => {
    const database = await openDatabase(url, 'read', io.cwd);
    try {
      await requireMigrated(database);
      const releases = await readReleases(database, mostOffered);
      return releases.map(({ revision, reached }) => formatDatabaseRevision(revision, reached));
    } finally {
      await database.close();
    }
  };
  return inTime(read(), limits.completionAnswerMs, () => new Error('no answer of the database in time'));
}

// Nobody looks through more; who wants an older one finds it with `revisions`.
const mostOffered = 100;
