import { In, type EntityManager } from 'typeorm';
import { sortByPath } from '../../compile/revision.ts';
import type { Database } from './database.ts';
import { events, releaseFiles, releases } from './entities.ts';
import { damaged, readContents } from './release-files.ts';
import { releaseOf, type PublishedRelease, type ReadFile } from './release.ts';

export interface ListedRelease extends PublishedRelease {
  /** The sequence of the database after its publication, with all that this did to memberships. */
  readonly reached: number;
}

/** The releases, newest first, `most` of them. */
export function readReleases(database: Database, most: number): Promise<ListedRelease[]> {
  return database.read(async (manager) => {
    const rows = await manager.find(releases, { order: { sequence: 'DESC' }, take: most });
    const ends = await manager
      .createQueryBuilder(events, 'event')
      .select('event.release', 'release')
      .addSelect('max(event.sequence)', 'reached')
      .where({ release: In(rows.map(({ sequence }) => sequence)) })
      .groupBy('event.release')
      .getRawMany<{ release: number; reached: number }>();
    const reached = new Map(ends.map((end) => [end.release, end.reached]));
    return rows.map((row) => ({ ...releaseOf(row), reached: reached.get(row.sequence) ?? 0 }));
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
