import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { CacheLock } from '../database/cache/cache-lock.ts';
import { preparePrivateFolder } from '../database/cache/private-folder.ts';
import type { RemoteAddress } from './remote-address.ts';

/** Life of whoever opens something: `close` is called at its end. */
export interface Ending {
  add(what: string, close: () => unknown): void;
}

/**
 * The folder of the clone of a repository in a cache, which may hold those of others and what a database said. One process
 * writes to a clone, so another one is refused.
 */
export async function openCloneFolder(cache: string, { url }: RemoteAddress, lifetime: Ending): Promise<string> {
  await preparePrivateFolder(cache, 'the cache folder');
  const name = `clone-${createHash('sha256').update(url).digest('hex').slice(0, 16)}`;
  const lock = new CacheLock(join(cache, `${name}.lock`), hostname());
  const outcome = await lock.hold();
  if (!outcome.isHeld) {
    const who = outcome.holder ? `process ${outcome.holder.mark.pid} on \`${outcome.holder.host}\`` : 'another sidecar';
    const help = 'give each sidecar a `--cache` of its own, or start one with `--workers N`';
    throw new RolebookError('configuration', `the clone in \`${cache}\` is in use by ${who}`, { help });
  }
  lifetime.add('the lock of the clone', () => lock.release());
  return join(cache, name);
}
