import { createProgressLog } from '../../http/logging/reload-log.ts';
import { messageOf } from '../../policy/errors.ts';
import { requireDatabasePackages } from '../../store/database/database-packages.ts';
import { PolicyDirectory } from '../../store/folder/policy-directory.ts';
import { followFiles } from '../../store/live/follow-files.ts';
import { LivePolicy } from '../../store/live/live-policy.ts';
import { databaseFromVariable } from '../command/database-variable.ts';
import type { OpenSource, SourceSurroundings } from './served-source.ts';

/** Opens what the options name. Nothing is read before `start`. */
export async function openSource(surroundings: SourceSurroundings): Promise<OpenSource> {
  const { options, io } = surroundings;
  if (options.git !== undefined) return (await import('./open-git-source.ts')).openGitSource(surroundings, options.git);
  if (options.database === undefined) return openFolder(surroundings);
  const url = options.database === '-' ? databaseFromVariable(io) : options.database;
  requireDatabasePackages(url.kind);
  return (await import('./open-database-source.ts')).openDatabaseSource(surroundings, url);
}

function openFolder({ setup, lifetime, beforeLive }: SourceSurroundings): OpenSource {
  const { root, pollMs, log } = setup;
  const live = new LivePolicy(new PolicyDirectory(root), {
    onProgress: createProgressLog(log),
    ...(beforeLive && { beforeLive }),
  });
  const onUnwatched = (error: Error): void =>
    log.warn({ reason: messageOf(error) }, 'a folder cannot be watched; it is polled');
  let lastReading: Promise<void> | undefined;
  lifetime.add('the policy folder', () => lastReading);
  const start = async (): Promise<void> => {
    // Watching begins before the first reading, so that no change falls in between.
    const watcher = await followFiles(live, { root, pollMs, onUnwatched });
    // Not waited for here: a reading may wait for workers, which the end of the pool ends.
    lifetime.add('the watching of files', () => {
      lastReading = watcher.close();
    });
    await live.reload('start');
  };
  return { live, start };
}
