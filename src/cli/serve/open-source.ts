import { createProgressLog } from '../../http/logging/reload-log.ts';
import { messageOf } from '../../policy/errors.ts';
import { requireDatabasePackages } from '../../store/database/database-packages.ts';
import { ChangeWorker } from '../../store/changes/change-worker.ts';
import { FolderChangeDesk } from '../../store/changes/folder-change-desk.ts';
import { PolicyDirectory } from '../../store/folder/policy-directory.ts';
import { followFiles } from '../../store/live/follow-files.ts';
import { LivePolicy } from '../../store/live/live-policy.ts';
import { describeWriteFailure, settleUnfinished } from '../../store/writing/write-policy-files.ts';
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

function openFolder(surroundings: SourceSurroundings): OpenSource {
  const { options, setup, lifetime, beforeLive } = surroundings;
  const { root, pollMs, log } = setup;
  const live = new LivePolicy(new PolicyDirectory(root), {
    onProgress: createProgressLog(log),
    ...(beforeLive && { beforeLive }),
  });
  const onUnwatched = (error: Error): void =>
    log.warn({ reason: messageOf(error) }, 'a folder cannot be watched; it is polled');
  let lastReading: Promise<void> | undefined;
  lifetime.add('the policy folder', () => lastReading);
  const desk = options.changes === 'files' ? openDesk(surroundings, live) : undefined;
  const start = async (): Promise<void> => {
    if (desk) await settleLeft(surroundings);
    // Watching begins before the first reading, so that no change falls in between.
    const watcher = await followFiles(live, { root, pollMs, onUnwatched });
    // Not waited for here: a reading may wait for workers, which the end of the pool ends.
    lifetime.add('the watching of files', () => {
      lastReading = watcher.close();
    });
    await live.reload('start');
    // Beside what is asked already; without it the first change would wait for that.
    desk?.prepare().catch((error: unknown) => log.warn({ err: error }, 'changes cannot be judged yet'));
  };
  return { live, ...(desk && { changes: desk }), start };
}

function openDesk({ setup, lifetime }: SourceSurroundings, live: LivePolicy): FolderChangeDesk {
  const desk = new FolderChangeDesk(live, (onWriting) => new ChangeWorker(setup.root, { onWriting }));
  lifetime.add('the changes', () => desk.close());
  return desk;
}

// A change that was half-written when a process was killed.
async function settleLeft({ setup }: SourceSurroundings): Promise<void> {
  const { root, log } = setup;
  const settled = await settleUnfinished(root).catch((error: unknown) => {
    throw describeWriteFailure(root, error);
  });
  if (settled) log.warn({ ...settled }, `a change that was half-written is ${settled.outcome}`);
}
