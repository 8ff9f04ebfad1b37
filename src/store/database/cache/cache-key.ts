import { createHmac, hash, randomBytes, scrypt } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { RolebookError } from '../../../policy/errors.ts';
import { errorCodeOf } from '../../folder/file-fault.ts';
import { passingEnd } from './passing-file.ts';
import { privateFileFault } from './private-folder.ts';

/**
 * The key that makes a file of the cache ours: whoever has not the key can write no file that is used. It is never
 * shown; `id` tells one key from another, so that a key that changed is told from a file that did.
 */
export class CacheKey {
  readonly id: string;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.id = createHmac('sha256', bytes).update('rolebook cache key').digest('hex').slice(0, 16);
  }

  /** To be fed with what stands in the file of this name; the name counts, so that none can take another's place. */
  sign(name: string): ReturnType<typeof createHmac> {
    return createHmac('sha256', this.#bytes).update(`rolebook cache file\n${name}\n`);
  }
}

/**
 * The key that a secret of the user makes for one database. A password is no key: whoever got hold of a file could try
 * millions a second, so each try is made to cost something.
 */
export async function deriveCacheKey(secret: string, source: string): Promise<CacheKey> {
  return new CacheKey(await stretch(secret, `rolebook cache ${source}`, keyBytes));
}

/** The key that lies at a path in the folder of the cache; whoever comes first makes it. */
export async function openCacheKey(path: string): Promise<CacheKey> {
  const known = await readKey(path);
  if (known) return known;
  await createKey(path);
  const made = await readKey(path);
  if (!made) throw unusable(path, 'is gone');
  return made;
}

/** What names a database in the folder, and tells nobody which one it is. */
export function sourceDigest(source: string): string {
  return hash('sha256', source, 'hex');
}

const keyBytes = 32;
const stretch = promisify<string, string, number, Buffer>(scrypt);

// A pipe would hold a thread, and a link lead elsewhere.
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

async function readKey(path: string): Promise<CacheKey | undefined> {
  const file = await open(path, readFlags).catch((error: unknown) => {
    const code = errorCodeOf(error);
    if (code === 'ENOENT') return undefined;
    throw code === 'ELOOP' ? unusable(path, 'is a symbolic link') : error;
  });
  if (!file) return undefined;
  try {
    const fault = privateFileFault(await file.stat());
    if (fault !== undefined) throw unusable(path, fault);
    const bytes = await file.readFile();
    if (bytes.length !== keyBytes) throw unusable(path, 'is damaged; without it the cache begins anew');
    return new CacheKey(bytes);
  } finally {
    await file.close();
  }
}

// Another process may do the same: a link is made once, and what it names is whole by then.
async function createKey(path: string): Promise<void> {
  const passing = `${path}.${randomBytes(6).toString('hex')}${passingEnd}`;
  try {
    const file = await open(passing, 'wx', 0o600);
    try {
      await file.writeFile(randomBytes(keyBytes));
      await file.sync();
    } finally {
      await file.close();
    }
    await link(passing, path).catch((error: unknown) => {
      if (errorCodeOf(error) !== 'EEXIST') throw error;
    });
  } finally {
    await rm(passing, { force: true }).catch(() => undefined);
  }
}

function unusable(path: string, fault: string): RolebookError {
  return new RolebookError('configuration', `the key \`${path}\` ${fault}`);
}
