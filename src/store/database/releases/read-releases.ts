import { In, LessThanOrEqual, type EntityManager } from 'typeorm';
import { RolebookError } from '../../../policy/errors.ts';
import { revisionToken } from '../../../policy/text/history-token.ts';
import { formatRevision, type DatabaseRevision, type Revision } from '../../../policy/text/revision-text.ts';
import type { DatabaseState } from '../../../policy/runtime-member.ts';
import type { Database } from '../database.ts';
import { events, mostSequence, releases, type ReleaseRow } from '../tables/entities.ts';
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

/** A release as somebody names it: by the digest of its policy, or by a revision as it was told. */
export type ReleaseName = Revision | { readonly kind: 'digest'; readonly digest: string };

/**
 * The newest release of a policy, with its files sorted by path; undefined when it was never published. A revision names
 * it as long as no other policy has the same; one with a sequence names the release that was the newest then.
 */
export function readRelease(
  database: Database,
  name: ReleaseName,
): Promise<{ readonly release: PublishedRelease; readonly files: readonly ReadFile[] } | undefined> {
  return database.read(async (manager) => {
    const where = name.kind === 'digest' ? { digest: name.digest } : { revision: name.policy };
    const [newest, ...earlier] = await manager.find(releases, { where, order: { sequence: 'DESC' } });
    const row = newest && name.kind === 'database' ? await findReached(manager, name) : newest;
    if (!row) return undefined;
    const other = name.kind === 'database' ? undefined : earlier.find(({ digest }) => digest !== row.digest);
    if (other) throw describeAmbiguity(row, other);
    return { release: releaseOf(row), files: await readFiles(manager, database, row.sequence) };
  });
}

// Several releases may be of one policy, and each had members of its own.
async function findReached(manager: EntityManager, wanted: DatabaseRevision): Promise<ReleaseRow> {
  const { sequence, token, policy } = wanted;
  const event = sequence <= mostSequence ? await manager.findOneBy(events, { sequence }) : null;
  const isKnown = event && (token === undefined || revisionToken(event.token) === token);
  const last = isKnown
    ? await manager.findOne(events, {
        where: { sequence: LessThanOrEqual(sequence), kind: 'release' },
        order: { sequence: 'DESC' },
      })
    : null;
  const row = last && (await manager.findOneBy(releases, { sequence: last.release ?? 0 }));
  if (row?.revision === policy) return row;
  const message = `revision \`${formatRevision(wanted)}\` is not of the history of this database`;
  const help = `\`rolebook revisions\` lists what was published; without what stands behind the dot, \`${policy}\` is its newest release`;
  throw new RolebookError('usage', message, { help });
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
