import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { RolebookError } from '../../policy/errors.ts';
import { hasEnded, markOfThisProcess, type ProcessMark } from '../database/cache/process-mark.ts';
import { errorCodeOf } from '../folder/file-fault.ts';

/** The right to write to a policy directory, which one process has at a time. */
export interface WriteLock {
  readonly release: () => Promise<void>;
}

interface Holder {
  readonly id: string;
  readonly mark: ProcessMark;
}

const lockName = '.rolebook-lock';

// A change is written in milliseconds; whoever waits longer waits for something else.
const pausesMs = [0, 10, 20, 50, 100, 200, 500, 1000, 1000, 1000, 1000];

// Of a lock whose holder ended while it took over another's, and so on.
const mostTakeovers = 8;

/** Waits for the right to write below a folder. What a process left that has ended is nobody's. */
export async function holdWriteLock(root: string): Promise<WriteLock> {
  const path = `${root}/${lockName}`;
  const own: Holder = { id: randomBytes(8).toString('hex'), mark: await markOfThisProcess() };
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await pause(pauseMs);
    if (!(await take(path, own, mostTakeovers))) continue;
    await removeLeft(root);
    return { release: () => release(path, own) };
  }
  const holder = await readHolder(path);
  const who = holder ? ` (process ${holder.mark.pid})` : '';
  const help = `try again when it is done; if nobody writes there, remove \`${lockName}\` at the top of the folder`;
  throw new RolebookError('unavailable', `somebody else${who} is writing to \`${root}\`; nothing was written`, {
    help,
  });
}

/*
 * INVARIANT: a lock of a process that has ended is replaced by who holds the lock of replacing that very one, so that of
 * two who find it one replaces it, and the other one finds the new one.
 */
async function take(path: string, own: Holder, takeovers: number): Promise<boolean> {
  if (await create(path, own)) return true;
  const found = await readHolder(path);
  if (!found || takeovers === 0 || !(await hasEnded(found.mark))) return false;
  const turn = `${path}.${found.id}`;
  if (!(await take(turn, own, takeovers - 1))) return false;
  try {
    if ((await readHolder(path))?.id !== found.id) return false;
    return await moveInto(path, own, (passing) => rename(passing, path));
  } finally {
    await release(turn, own);
  }
}

// It gets its name when it says whose it is: one that stood there empty would be nobody's, and in everybody's way.
async function create(path: string, own: Holder): Promise<boolean> {
  if (await isThere(path)) return false;
  return moveInto(path, own, (passing) => link(passing, path));
}

// Whoever has the lock takes away what looks left; then it is to be tried again.
async function moveInto(path: string, own: Holder, move: (passing: string) => Promise<void>): Promise<boolean> {
  const passing = await writePassing(path, own);
  try {
    await move(passing);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(errorCodeOf(error) ?? '')) return false;
    throw error;
  } finally {
    await rm(passing, { force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function writePassing(path: string, own: Holder): Promise<string> {
  const passing = `${path}.${own.id}.new`;
  try {
    const file = await open(passing, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(own)}\n`);
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(passing, { force: true }).catch(() => undefined);
    throw error;
  }
  return passing;
}

// What processes left that ended before they had the lock.
async function removeLeft(root: string): Promise<void> {
  for (const name of (await readdir(root)).filter((one) => one.startsWith(`${lockName}.`))) {
    const holder = await readHolder(`${root}/${name}`);
    if (!holder || (await hasEnded(holder.mark))) await rm(`${root}/${name}`, { force: true });
  }
}

async function release(path: string, own: Holder): Promise<void> {
  if ((await readHolder(path))?.id === own.id) await rm(path, { force: true });
}

const readFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const file = await open(path, readFlags);
    try {
      const { id, mark } = JSON.parse(await file.readFile('utf8')) as Partial<Holder>;
      const isPlain = typeof id === 'string' && /^[0-9a-f]{16}$/.test(id) && typeof mark?.pid === 'number';
      return isPlain ? { id, mark } : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
