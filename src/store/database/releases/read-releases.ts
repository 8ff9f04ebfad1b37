import { In, type EntityManager } from 'typeorm';
import { RolebookError } from '../../../policy/errors.ts';
import { shortenDigest } from '../../../policy/text/revision-text.ts';
import type { DatabaseState } from '../../../policy/runtime-member.ts';
import type { Database } from '../database.ts';
import { events, releases, type ReleaseRow } from '../tables/entities.ts';
import { damaged, listFiles, readContents } from './release-files.ts';
import { releaseOf, type PublishedRelease, type ReadFile } from './release.ts';

export interface ListedRelease extends PublishedRelease {
  /** The state of the database after its publication, with all that this did to memberships. */
  readonly reached: DatabaseState;
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
    const last = await manager.find(events, { where: { sequence: In(ends.map(({ reached }) => reached)) } });
    const reached = new Map(last.map(({ release, sequence, token }) => [release, { sequence, token }]));
    return rows.map((row) => ({ ...releaseOf(row), reached: reached.get(row.sequence) ?? { sequence: 0, token: '' } }));
  });
}

/**
 * The newest release of a policy, with its files sorted by path; undefined when it was never published. It is named by
 * its digest, or by its revision as long as no other policy has the same.
 */
export function readRelease(
  database: Database,
  name: string,
): Promise<{ readonly release: PublishedRelease; readonly files: readonly ReadFile[] } | undefined> {
  return database.read(async (manager) => {
    const where = shortenDigest(name) === name ? { revision: name } : { digest: name };
    const [row, ...earlier] = await manager.find(releases, { where, order: { sequence: 'DESC' } });
    if (!row) return undefined;
    const other = earlier.find(({ digest }) => digest !== row.digest);
    if (other) throw describeAmbiguity(row, other);
    return { release: releaseOf(row), files: await readFiles(manager, database, row.sequence) };
  });
}

// Somebody made two policies with the same twelve digits, and to guess which one is meant is what they want.
function describeAmbiguity({ revision, sequence, digest }: ReleaseRow, other: ReleaseRow): RolebookError {
  const message = `revision \`${revision}\` is that of two policies, releases ${other.sequence} and ${sequence}`;
  const help = `name one by its digest: \`${other.digest}\` or \`${digest}\``;
  return new RolebookError('usage', message, { help });
}

async function readFiles(manager: EntityManager, database: Database, sequence: number): Promise<readonly ReadFile[]> {
  const files = await listFiles(manager, sequence);
  const contents = await readContents(manager, database, new Set(files.map(({ digest }) => digest)));
  return files.map(({ path, digest }) => {
    const content = contents.get(digest);
    if (!content) throw damaged(database, path, sequence);
    return { path, content };
  });
}
