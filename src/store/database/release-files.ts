import { createHash } from 'node:crypto';
import { In, type EntityManager } from 'typeorm';
import { sortByPath } from '../../compile/revision.ts';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { ChangedPaths } from '../changed-paths.ts';
import type { Database } from './database.ts';
import { fileContents, releaseFiles, releases, type ReleaseRow } from './entities.ts';
import { inChunks } from './in-chunks.ts';
import { releaseOf, type PublishedRelease, type ReadFile } from './release.ts';

interface KnownFile {
  readonly digest: string;
  readonly file: ReadFile;
}

/**
 * The files of the newest release, read again and again as those of a `PolicyDirectory` are. What did not change is not
 * read again, and comes as the very object it was.
 */
export class ReleaseFiles {
  readonly #database: Database;
  #release: PublishedRelease | undefined;
  #known: ReadonlyMap<string, KnownFile> = new Map();
  #files: readonly ReadFile[] = [];

  constructor(database: Database) {
    this.#database = database;
  }

  /** What the files of the last reading belong to. */
  get release(): PublishedRelease | undefined {
    return this.#release;
  }

  /** The files, sorted by path; the very same array for as long as nothing else is published. */
  async read(): Promise<readonly ReadFile[]> {
    const found = await this.#database.read(async (manager) => {
      const newest = await findNewest(manager);
      if (!newest || newest.sequence === this.#release?.sequence) return newest;
      return { ...newest, known: await this.#readFiles(manager, newest) };
    });
    if (!found) {
      const help = '`rolebook publish` does it';
      throw new RolebookError('unavailable', `nothing was published to \`${this.#database.url.shown}\` yet`, { help });
    }
    if ('known' in found) {
      // Together, so that nobody finds the files of one release under the name of another.
      this.#known = found.known;
      this.#files = [...found.known.values()].map(({ file }) => file);
    }
    this.#release = releaseOf(found);
    return this.#files;
  }

  /** Whether another release is there than was read last; it costs one row. */
  async findChanged(): Promise<ChangedPaths> {
    const newest = await this.#database.read(findNewest);
    return newest?.sequence === this.#release?.sequence ? new Set() : 'anything';
  }

  async #readFiles(manager: EntityManager, { sequence }: ReleaseRow): Promise<Map<string, KnownFile>> {
    // Sorted here: the database would do it by the rules of some language.
    const listed = sortByPath(await manager.find(releaseFiles, { where: { sequence } }));
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

/** Contents by their digest. One that is not what its digest says is left out. */
export async function readContents(
  manager: EntityManager,
  { url }: Database,
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

export function damaged({ url }: Database, path: string, sequence: number): RolebookError {
  const message = `\`${url.shown}\` is damaged: \`${path}\` of release ${sequence} is not what was published`;
  return new RolebookError('unavailable', message, { help: 'restore the database from a backup' });
}
