import { In, type EntityManager } from 'typeorm';
import { sortByPath } from '../../compile/revision.ts';
import { limits } from '../../policy/limits.ts';
import type { Database } from './database.ts';
import { fileContents, releaseFiles, releases } from './entities.ts';
import { inChunks } from './in-chunks.ts';
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
    return { release: releaseOf(row), files: await readFiles(manager, database.url.kind, row.sequence) };
  });
}

async function readFiles(
  manager: EntityManager,
  kind: keyof typeof fileContents,
  sequence: number,
): Promise<readonly ReadFile[]> {
  // Sorted here: the database would do it by the rules of some language.
  const files = sortByPath(await manager.find(releaseFiles, { where: { sequence } }));
  const contents = new Map<string, Uint8Array>();
  const wanted = new Set(files.map(({ digest }) => digest));
  for (const digests of inChunks(wanted, limits.databaseRowsAtOnce)) {
    const found = await manager.find(fileContents[kind], { where: { digest: In(digests) } });
    for (const { digest, content } of found) contents.set(digest, content);
  }
  return files.map(({ path, digest }) => {
    const content = contents.get(digest);
    if (!content) throw new Error(`the content of \`${path}\` in release ${sequence} is missing`);
    return { path, content };
  });
}
