import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { limits } from '../../../policy/limits.ts';
import { errorCodeOf } from '../../folder/file-fault.ts';
import { passingEnd } from './passing-file.ts';
import { hasEnded, markOfThisProcess, type ProcessMark } from './process-mark.ts';

/** The holder of a lock, as it stands in the file; for people, but for the id and the mark. */
export interface LockHolder {
  readonly id: string;
  readonly host: string;
  readonly mark: ProcessMark;
}

/** The outcome of an attempt to hold a lock; a holder is unknown when the file is none that this version writes. */
export type LockOutcome =
  | { readonly isHeld: true }
  | { readonly isHeld: false; readonly holder: LockHolder | undefined };

interface FoundLock {
  readonly holder: LockHolder | undefined;
  /** The same as long as nobody took it and its holder gave no sign of life. */
  readonly sign: string;
}

/**
 * The right to write the cache of one database: a file beside it that names a process. Its holder touches it at every
 * beat. Whoever finds it of a process that has ended, or untouched for several beats, puts its own in its place, so
 * there is no moment without one; of two that do so at once the later holds it, and both look again before they write.
 */
export class CacheLock {
  readonly #path: string;
  readonly #host: string;
  readonly #id = randomBytes(8).toString('hex');
  #beat: NodeJS.Timeout | undefined;
  /** What was found the last time, and how many times. */
  #sign: string | undefined;
  #quietLooks = 0;

  constructor(path: string, host: string) {
    this.#path = path;
    this.#host = host;
  }

  /**
   * Takes the lock if nobody has it, or whoever had it is gone. To be asked again no sooner than a beat later: by how
   * often it was found untouched, and by no clock, a holder elsewhere is told to be gone.
   */
  async hold(): Promise<LockOutcome> {
    if ((await this.#read()) === undefined && (await this.#create())) return this.#held();
    const found = await this.#read();
    // Whoever came first has gone again; the next look will find whether somebody else came.
    if (found === undefined) return { isHeld: false, holder: undefined };
    if (found.holder?.id === this.#id) return this.#held();
    this.#letGo();
    if (!this.#isQuiet(found.sign) && !(found.holder && (await hasEnded(found.holder.mark)))) {
      return { isHeld: false, holder: found.holder };
    }
    await this.#replace();
    return this.#held();
  }

  /** Whether it is this one's still: a process that was stopped for a while may have lost it. */
  async isHeld(): Promise<boolean> {
    return (await this.#read())?.holder?.id === this.#id;
  }

  /** Leaves the cache to whoever comes next. */
  async release(): Promise<void> {
    if (this.#beat === undefined) return;
    this.#letGo();
    if (await this.isHeld().catch(() => false)) await rm(this.#path, { force: true }).catch(() => undefined);
  }

  #held(): LockOutcome {
    this.#sign = undefined;
    if (this.#beat === undefined) {
      // A writing that takes long is no silence, so it beats beside it.
      this.#beat = setInterval(() => void this.#touch().catch(() => undefined), limits.cacheBeatMs);
      this.#beat.unref();
    }
    return { isHeld: true };
  }

  #letGo(): void {
    clearInterval(this.#beat);
    this.#beat = undefined;
  }

  #isQuiet(sign: string): boolean {
    this.#quietLooks = sign === this.#sign ? this.#quietLooks + 1 : 0;
    this.#sign = sign;
    return this.#quietLooks >= limits.cacheQuietLooks;
  }

  async #read(): Promise<FoundLock | undefined> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path, readFlags);
      const stats = await file.stat();
      const { ino, mtimeMs, ctimeMs } = stats;
      const text = stats.isFile() ? await readStart(file) : '';
      return { holder: parseHolder(text), sign: [ino, mtimeMs, ctimeMs, text].join(' ') };
    } catch (error) {
      const code = errorCodeOf(error);
      if (code === 'ENOENT') return undefined;
      if (code === 'ELOOP') return { holder: undefined, sign: code };
      throw error;
    } finally {
      await file?.close().catch(() => undefined);
    }
  }

  // Through the handle of what was read: the lock of another that has just come into its place is not touched.
  async #touch(): Promise<void> {
    const file = await open(this.#path, readFlags);
    try {
      if (parseHolder(await readStart(file))?.id !== this.#id) return;
      const nowSeconds = Date.now() / 1000;
      await file.utimes(nowSeconds, nowSeconds);
    } finally {
      await file.close();
    }
  }

  async #create(): Promise<boolean> {
    try {
      await this.#write(this.#path);
      return true;
    } catch (error) {
      if (errorCodeOf(error) === 'EEXIST') return false;
      throw error;
    }
  }

  async #replace(): Promise<void> {
    const passing = `${this.#path}.${randomBytes(6).toString('hex')}${passingEnd}`;
    try {
      await this.#write(passing);
      await rename(passing, this.#path);
    } catch (error) {
      await rm(passing, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #write(path: string): Promise<void> {
    const holder: LockHolder = { id: this.#id, host: this.#host, mark: await markOfThisProcess() };
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(holder)}\n`);
      await file.close();
    } catch (error) {
      // On a full disk it would stand there empty, and be nobody's.
      await file.close().catch(() => undefined);
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
  }
}

// As with the cache itself: a pipe would hold a thread for ever, and a link lead out of the folder.
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

const mostBytes = 1024;

async function readStart(file: FileHandle): Promise<string> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
  return buffer.subarray(0, bytesRead).toString('utf8');
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { id, host, mark } = JSON.parse(text) as Partial<LockHolder>;
    const isHolder = typeof id === 'string' && typeof host === 'string' && typeof mark?.pid === 'number';
    return isHolder ? { id, host, mark } : undefined;
  } catch {
    return undefined;
  }
}
