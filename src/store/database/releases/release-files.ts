import { createHash } from 'node:crypto';
import { In, type EntityManager } from 'typeorm';
import { sortByPath } from '../../../compile/revision.ts';
import { RolebookError } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { ChangedPaths } from '../../folder/changed-paths.ts';
import { damagedRow } from '../damaged-row.ts';
import type { Database } from '../database.ts';
import { fileContents, releaseFiles, releases, type ReleaseFileRow, type ReleaseRow } from '../tables/entities.ts';
import { inChunks } from '../tables/insert-rows.ts';
import { releaseOf, type PublishedRelease, type ReadFile } from './release.ts';

/** A release, and the files it is made of, sorted by path. */
export interface ReleaseReading {
  readonly release: PublishedRelease;
  readonly files: readonly ReadFile[];
}

interface KnownFile {
  readonly digest: string;
  readonly file: ReadFile;
}

/**
 * The files of the newest release, read again and again as those of a `PolicyDirectory` are. What did not change is not
 * read again, and comes as the very object it was.
 */
export class ReleaseFiles {
  readonly #database: Pick<Database, 'url' | 'read'>;
  #last: ReleaseReading | undefined;
  #known: ReadonlyMap<string, KnownFile> = new Map();

  constructor(database: Pick<Database, 'url' | 'read'>) {
    this.#database = database;
  }

  /** What the files of the last reading belong to. */
  get release(): PublishedRelease | undefined {
    return this.#last?.release;
  }

  /** The files, read as `readWith` does, by itself. */
  async read(): Promise<readonly ReadFile[]> {
    const reading = await this.#database.read((manager) => this.readWith(manager));
    if (!reading) throw nothingPublished(this.#database);
    return reading.files;
  }

  /**
   * Reads them in a transaction. The files are sorted by path, and the very same array for as long as nothing else is
   * published; undefined when nothing was.
   */
  async readWith(manager: EntityManager): Promise<ReleaseReading | undefined> {
    const newest = await findNewest(manager);
    if (!newest) return undefined;
    const release = releaseOf(newest);
    if (!this.#last || !isSameRelease(release, this.#last.release)) {
      const known = await this.#readFiles(manager, newest);
      // Together, so that nobody finds the files of one release under the name of another.
      this.#known = known;
      this.#last = { release, files: [...known.values()].map(({ file }) => file) };
    }
    return this.#last;
  }

  /** Whether another release is there than was read last; it costs one row. */
  async findChanged(): Promise<ChangedPaths> {
    const newest = await this.#database.read(findNewest);
    const isSame = newest && this.#last ? isSameRelease(releaseOf(newest), this.#last.release) : newest === this.#last;
    return isSame ? new Set() : 'anything';
  }

  async #readFiles(manager: EntityManager, { sequence }: ReleaseRow): Promise<Map<string, KnownFile>> {
    const listed = await listFiles(manager, sequence);
    const changed = listed.filter(({ path, digest }) => this.#known.get(path)?.digest !== digest);
    const contents = await readContents(manager, this.#database, new Set(changed.map(({ digest }) => digest)));
    return new Map(
      listed.map(({ path, digest }) => {
        const known = this.#known.get(path);
        if (known?.digest === digest) return [path, known];
        const content = contents.get(digest);
        if (!content) throw damaged(this.#database, path, sequence);
        return [path, { digest, file: { path, content } }];
      }),
    );
  }
}

async function findNewest(manager: EntityManager): Promise<ReleaseRow | undefined> {
  const [newest] = await manager.find(releases, { order: { sequence: 'DESC' }, take: 1 });
  return newest;
}

// In a database that was restored from a backup another release may have the same number.
function isSameRelease(left: PublishedRelease, right: PublishedRelease): boolean {
  const { sequence, digest, publishedAt } = left;
  return sequence === right.sequence && digest === right.digest && publishedAt === right.publishedAt;
}

/** The files of a release by their paths. They are sorted here: the database would do it by the rules of some language. */
export async function listFiles(manager: EntityManager, sequence: number): Promise<readonly ReleaseFileRow[]> {
  const rows = await manager.find(releaseFiles, { where: { sequence } });
  // SQLite keeps anything in any column.
  const isText = ({ path }: { readonly path: unknown }): boolean => typeof path === 'string';
  if (!rows.every(isText)) throw damagedRow(`release ${sequence}`, 'has a path that is no text');
  return sortByPath(rows);
}

/** Contents by their digest. One that is not what its digest says is left out. */
export async function readContents(
  manager: EntityManager,
  { url }: Pick<Database, 'url'>,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  for (const digests of inChunks(wanted, limits.databaseRowsAtOnce)) {
    const rows = await manager.find(fileContents[url.kind], { where: { digest: In(digests) } });
    for (const { digest, content } of rows) {
      if (createHash('sha256').update(content).digest('hex') === digest) contents.set(digest, content);
    }
  }
  return contents;
}

export function nothingPublished({ url }: Pick<Database, 'url'>): RolebookError {
  const help = '`rolebook publish` does it';
  return new RolebookError('unavailable', `nothing was published to \`${url.shown}\` yet`, { help });
}

export function damaged({ url }: Pick<Database, 'url'>, path: string, sequence: number): RolebookError {
  const message = `\`${url.shown}\` is damaged: \`${path}\` of release ${sequence} is not what was published`;
  return new RolebookError('unavailable', message, { help: 'restore the database from a backup' });
}
