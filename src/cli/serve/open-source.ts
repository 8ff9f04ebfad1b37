import { resolve } from 'node:path';
import { createProgressLog } from '../../http/logging/reload-log.ts';
import { messageOf } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { requireDatabasePackages } from '../../store/database/database-packages.ts';
import type { ChangeWriting } from '../../store/changes/folder/change-keeper.ts';
import { folderChangeWorker } from '../../store/changes/folder/folder-change-worker.ts';
import { FolderChangeDesk } from '../../store/changes/folder/folder-change-desk.ts';
import { weighedWork } from '../../store/changes/weighed-work.ts';
import { requireSigningKey } from '../../store/committing/signing-key.ts';
import { PolicyDirectory } from '../../store/folder/policy-directory.ts';
import { followFiles } from '../../store/live/follow-files.ts';
import { LivePolicy } from '../../store/live/live-policy.ts';
import type { NextPolicy } from '../../store/live/policy-source.ts';
import { databaseFromVariable } from '../command/database-variable.ts';
import { credentialsOf } from './git-options.ts';
import { judgementClockOf, pathOf } from './serve-options.ts';
import type { OpenSource, SourceSurroundings } from './served-source.ts';
import type { OpenShadow } from './shadow/open-shadow.ts';

/** Opens what the options name. Nothing is read before `start`. */
export async function openSource(surroundings: SourceSurroundings): Promise<OpenSource> {
  const { options, io } = surroundings;
  if (options.database === undefined) {
    if (options.git === undefined) return openFolder(surroundings);
    return (await import('./open-git-source.ts')).openGitSource(surroundings, options.git);
  }
  const url = options.database === '-' ? databaseFromVariable(io) : options.database;
  requireDatabasePackages(url.kind);
  return (await import('./open-database-source.ts')).openDatabaseSource(surroundings, url);
}

/** Opens the second policy, where the options name one. */
export async function openShadowBeside(
  { options, setup, io, lifetime }: SourceSurroundings,
  beforeLive?: (next: NextPolicy) => Promise<void>,
): Promise<OpenShadow | undefined> {
  const { shadow: named, database, git, path: prefix = '', poll = limits.gitPollMs, cache = '' } = options;
  if (named === undefined) return undefined;
  const { root, pollMs, log } = setup;
  const elsewhere = { prefix, credentials: credentialsOf(options, io), pollMs: poll, cache: resolve(io.cwd, cache) };
  const { openShadow } = await import('./shadow/open-shadow.ts');
  return openShadow({
    named,
    cwd: io.cwd,
    root: database === undefined && git === undefined ? root : undefined,
    remote: git && { address: git, ...elsewhere },
    pollMs,
    live: { judgementClock: judgementClockOf(options), ...(beforeLive && { beforeLive }) },
    log,
    lifetime,
  });
}

async function openFolder(surroundings: SourceSurroundings): Promise<OpenSource> {
  const { options, setup, lifetime, budget, beforeLive } = surroundings;
  const { root, pollMs, log } = setup;
  const live = new LivePolicy(new PolicyDirectory(root), {
    onProgress: createProgressLog(log),
    judgementClock: judgementClockOf(options),
    budget,
    ...(beforeLive && { beforeLive }),
  });
  const onUnwatched = (error: Error): void =>
    log.warn({ reason: messageOf(error) }, 'a folder cannot be watched; it is polled');
  let lastReading: Promise<void> | undefined;
  lifetime.add('the policy folder', () => lastReading);
  const signingKey = pathOf(options.signKey, surroundings.io);
  if (signingKey !== undefined) await requireSigningKey(signingKey);
  const desk = options.changes === undefined ? undefined : openDesk(surroundings, live);
  const start = async (): Promise<void> => {
    // What a process left half-written that was killed comes to its end first. Where the folder cannot be changed as it
    // is to be, that is told now, and not at the first change.
    await desk?.prepare();
    // Watching begins before the first reading, so that no change falls in between.
    const watcher = await followFiles(live, { root, pollMs, onUnwatched });
    // Not waited for here: a reading may wait for workers, which the end of the pool ends.
    lifetime.add('the watching of files', () => {
      lastReading = watcher.close();
    });
    await live.reload('start');
  };
  return { live, ...(desk && { changes: desk }), start };
}

function openDesk(surroundings: SourceSurroundings, live: LivePolicy): FolderChangeDesk {
  const { setup, lifetime, budget } = surroundings;
  const writing = writingOf(surroundings);
  const desk = new FolderChangeDesk(
    live,
    (onWriting) => weighedWork(folderChangeWorker(setup.root, { onWriting, writing }), budget),
    writing.kind,
  );
  lifetime.add('the changes', () => desk.close());
  return desk;
}

function writingOf({ options, io }: SourceSurroundings): ChangeWriting {
  const { changes, gitCommitter, signKey } = options;
  if (changes?.includes('commit') !== true) return { kind: 'files' };
  const signingKey = pathOf(signKey, io);
  return { kind: 'commit', ...(gitCommitter && { committer: gitCommitter }), ...(signingKey && { signingKey }) };
}
