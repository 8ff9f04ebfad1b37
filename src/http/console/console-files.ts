import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { messageOf, RolebookError } from '../../policy/errors.ts';

/** A file of the pages as it is sent. All are held in memory: they are half a megabyte. */
export interface ConsoleFile {
  readonly type: string;
  readonly body: Buffer;
  readonly zipped: Buffer;
  readonly tag: string;
  /** Its name has the hash of what is in it, so it never becomes another. */
  readonly isHashed: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where the build puts what has a hash in its name. */
const hashedFolder = 'assets/';

/** The built pages: what is not in this list is not there, so no path leads out of it. */
export class ConsoleFiles {
  readonly #files: ReadonlyMap<string, ConsoleFile>;
  /** What every address of a page gets. */
  readonly page: ConsoleFile;

  private constructor(files: ReadonlyMap<string, ConsoleFile>, page: ConsoleFile) {
    this.#files = files;
    this.page = page;
  }

  /** Reads the folder that the build made, or throws a RolebookError. */
  static async read(folder: string): Promise<ConsoleFiles> {
    const files = new Map<string, ConsoleFile>();
    for (const path of await listFiles(folder)) {
      const name = relative(folder, path).split(sep).join('/');
      const type = types[extname(path)];
      if (type !== undefined) files.set(name, describeFile(name, type, await readFile(path)));
    }
    const page = files.get('index.html');
    if (page) return new ConsoleFiles(files, page);
    throw notBuilt(`\`${folder}\` has no index.html`);
  }

  /** By its path below the pages: `assets/index-3f9c2a1b.js`. */
  find(name: string): ConsoleFile | undefined {
    return this.#files.get(name);
  }
}

/** Whether a path below the pages is of a file; all others are addresses of pages. */
export function isOfFile(name: string): boolean {
  return name.startsWith(hashedFolder) || name === 'icon.svg';
}

async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    throw notBuilt(messageOf(error));
  }
}

function notBuilt(why: string): RolebookError {
  return new RolebookError('configuration', `the pages are not there: ${why}`, { help: '`npm run build` makes them' });
}

function describeFile(name: string, type: string, body: Buffer): ConsoleFile {
  const tag = createHash('sha256').update(body).digest('hex').slice(0, 24);
  return { type, body, zipped: gzipSync(body, { level: 9 }), tag, isHashed: name.startsWith(hashedFolder) };
}
