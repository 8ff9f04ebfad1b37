import type { EntityManager } from 'typeorm';
import { sortByPath } from '../../compile/revision.ts';
import type { Database } from './database.ts';
import { releaseFiles, releases } from './entities.ts';
import { damaged, readContents } from './release-files.ts';
import { releaseOf, type PublishedRelease, type ReadFile } from './release.ts';

/** The releases, newest first, `most` of them. */
export function readReleases(database: Database, most: number): Promise<PublishedRelease[]> {
  return database.read(async (manager) => {
    const rows = await manager.find(releases, { order: { sequence: 'DESC' }, take: most });
    return rows.map(releaseOf);
  });
}

/** The newest release of a revision, with its files sorted by path; undefined when it was never published. */
export function readRelease(
  database: Database,
  revision: string,
): Promise<{ readonly release: PublishedRelease; readonly files: readonly ReadFile[] } | undefined> {
  return database.read(async (manager) => {
    const [row] = await manager.find(releases, { where: { revision }, order: { sequence: 'DESC' }, take: 1 });
    if (!row) return undefined;
    return { release: releaseOf(row), files: await readFiles(manager, database, row.sequence) };
  });
}

async function readFiles(manager: EntityManager, database: Database, sequence: number): Promise<readonly ReadFile[]> {
  const files = sortByPath(await manager.find(releaseFiles, { where: { sequence } }));
  const contents = await readContents(manager, database, new Set(files.map(({ digest }) => digest)));
  return files.map(({ path, digest }) => {
    const content = contents.get(digest);
    if (!content) throw damaged(database, path, sequence);
    return { path, content };
  });
}
