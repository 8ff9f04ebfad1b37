import { resolve } from 'node:path';
import { RolebookError } from '../policy/errors.ts';
import { limits } from '../policy/limits.ts';
import { requireDatabasePackages } from '../store/database/database-packages.ts';
import { DatabaseUrl } from '../store/database/database-url.ts';
import { PolicyDirectory } from '../store/folder/policy-directory.ts';
import { Lifetime } from '../store/lifetime.ts';
import { followFiles } from '../store/live/follow-files.ts';
import { LivePolicy } from '../store/live/live-policy.ts';
import type { FollowedPolicy } from '../store/live/policy-source.ts';
import type { EngineSource } from './deciding-engine.ts';
import { toReload } from './deciding-engine.ts';
import type { PublishedSource, FolderSource, GitSource } from './followed-source.ts';
import type { Reload } from './policy-engine.ts';
import { UnusablePolicy } from './unusable-policy.ts';

/** A source that is open, and what has it followed from now on. */
interface Opened {
  readonly live: FollowedPolicy;
  readonly start: () => Promise<unknown>;
}

interface Surroundings {
  readonly now: () => number;
  readonly lifetime: Lifetime;
}

/** Opens a folder, and reads it once. */
export async function openLoaded(folder: string, now: () => number): Promise<EngineSource> {
  const live = new LivePolicy(new PolicyDirectory(resolve(folder)), { judgementClock: now });
  await live.reload('start');
  requirePolicy(live);
  return { live, close: () => Promise.resolve() };
}

/** Opens a source, follows it, and resolves when there is a policy to decide by. */
export async function openFollowed(
  source: FolderSource | GitSource | PublishedSource,
  now: () => number,
  onReload: ((reload: Reload) => void) | undefined,
): Promise<EngineSource> {
  const lifetime = new Lifetime({ error: () => undefined });
  try {
    const { live, start } = await open(source, { now, lifetime });
    await start();
    requirePolicy(live);
    const endTelling = onReload && live.onReload((outcome) => onReload(toReload(outcome)));
    if (endTelling) lifetime.add('the telling', endTelling);
    return { live, close: () => lifetime.end() };
  } catch (error) {
    // Why it failed matters more than what then could not be closed.
    await lifetime.end().catch(() => undefined);
    throw error;
  }
}

async function open(source: FolderSource | GitSource | PublishedSource, surroundings: Surroundings): Promise<Opened> {
  if ('git' in source) return openGit(source, surroundings);
  return 'database' in source ? openDatabase(source, surroundings) : openFolder(source, surroundings);
}

function openFolder({ folder, pollMs }: FolderSource, { now, lifetime }: Surroundings): Opened {
  const root = resolve(folder);
  const live = new LivePolicy(new PolicyDirectory(root), { judgementClock: now });
  const start = async (): Promise<void> => {
    // Watching begins before the first reading, so that no change falls in between.
    const watcher = await followFiles(live, { root, pollMs, onUnwatched: () => undefined });
    lifetime.add('the watching of files', () => watcher.close());
    await live.reload('start');
  };
  return { live, start };
}

async function openGit(source: GitSource, { now, lifetime }: Surroundings): Promise<Opened> {
  const { parseRemoteAddress, parseRemotePath, parseRemoteRef } = await import('../store/remote/remote-address.ts');
  const { openRemote } = await import('../store/remote/open-remote.ts');
  const { tokenFile, sshKey, knownHosts, allowedSigners, pollMs = limits.gitPollMs } = source;
  const address = parseRemoteAddress(source.git, 'git');
  if (tokenFile !== undefined && address.origin === undefined) {
    throw new RolebookError('usage', '`tokenFile` is for `https://`, and the address is another one');
  }
  if ((sshKey ?? knownHosts) !== undefined && address.protocol !== 'ssh') {
    throw new RolebookError('usage', '`sshKey` and `knownHosts` are for SSH, and the address is another one');
  }
  const at = (path: string | undefined): string | undefined => path && resolve(path);
  const remote = {
    address,
    ref: parseRemoteRef(source.ref ?? 'main', 'ref'),
    prefix: source.path === undefined ? '' : parseRemotePath(source.path, 'path'),
    credentials: { tokenFile: at(tokenFile), sshKey: at(sshKey), knownHosts: at(knownHosts) },
    cache: resolve(source.cache),
    signers: at(allowedSigners),
    pollMs,
  };
  return openRemote(remote, { judgementClock: now }, lifetime);
}

async function openDatabase(source: PublishedSource, { now, lifetime }: Surroundings): Promise<Opened> {
  const url = new DatabaseUrl(source.database, 'database');
  requireDatabasePackages(url.kind);
  // Its packages are loaded where there is a database alone.
  const { LiveDatabase } = await import('../store/database/following/live-database.ts');
  const live = new LiveDatabase(url, { cwd: process.cwd(), judgementClock: now, pollMs: source.pollMs });
  lifetime.add('the database', () => live.close());
  return { live, start: () => live.start() };
}

/** Throws why there is no policy to decide by, where there is none. */
function requirePolicy({ current, lastReload }: Pick<FollowedPolicy, 'current' | 'lastReload'>): void {
  if (current) return;
  const { error, sourceFault, problems = [] } = lastReload ?? {};
  if (problems.some(({ severity }) => severity === 'error')) throw new UnusablePolicy(problems);
  const { code = 'configuration', help } = sourceFault ?? {};
  throw new RolebookError(code, error ?? 'there is no policy to decide by', help === undefined ? {} : { help });
}
