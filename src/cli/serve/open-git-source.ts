import { resolve } from 'node:path';
import { createProgressLog } from '../../http/logging/reload-log.ts';
import { messageOf } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { HistoryClone } from '../../store/history/history-clone.ts';
import { RemoteHistory } from '../../store/history/remote-history.ts';
import { openRemote, type RemoteEvents } from '../../store/remote/open-remote.ts';
import type { RemoteAddress } from '../../store/remote/remote-address.ts';
import type { BranchChangeDesk } from '../../store/pushing/branch-change-desk.ts';
import type { BranchChanges } from './changes/open-branch-changes.ts';
import { credentialsOf, hookOf, mainBranch } from './git-options.ts';
import { judgementClockOf, pathOf } from './serve-options.ts';
import type { OpenSource, SourceSurroundings } from './served-source.ts';

/** A branch of a repository elsewhere, and the clone that is kept of it. */
export async function openGitSource(surroundings: SourceSurroundings, address: RemoteAddress): Promise<OpenSource> {
  const { options, setup, io, lifetime } = surroundings;
  const { log } = setup;
  const { ref = mainBranch, path: prefix = '', poll = limits.gitPollMs, cache = '' } = options;
  const credentials = credentialsOf(options, io);
  const signers = pathOf(options.requireSigned, io);
  const findStand: RemoteHistory['findStand'] = (commit, own) => history.findStand(commit, own);
  const opened = await openRemote(
    { address, ref, prefix, credentials, cache: resolve(io.cwd, cache), signers, pollMs: poll, findStand },
    eventsOf(surroundings),
    lifetime,
  );
  const { live, files, folder, signatures } = opened;
  const historyClone = new HistoryClone({ address, ref, prefix, credentials, folder: `${folder}-history` });
  lifetime.add('the history', () => historyClone.close());
  const history: RemoteHistory = new RemoteHistory(historyClone, { live: () => live.current?.commit, signatures });
  const check = hookOf(options, io);
  // One that is no secret is told now, and not at the first push.
  await check?.readSecret();
  const desk = await openDesk(surroundings, {
    live,
    files,
    history,
    clone: { address, ref, prefix, credentials, folder: `${folder}-changes` },
  });
  const start = async (): Promise<void> => {
    await opened.start();
    // Nobody waits for it: where the server is away decisions go on, and a change looks again.
    desk?.prepare().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'changes are not ready yet'));
  };
  const gitHook = check && { ...check, hear: () => opened.hear() };
  return { live, history, ...(desk && { changes: desk }), gitHook, start };
}

function eventsOf({ options, setup: { log, staleness }, budget, beforeLive }: SourceSurroundings): RemoteEvents {
  return {
    judgementClock: judgementClockOf(options),
    onProgress: createProgressLog(log),
    beforeLive,
    budget,
    onKept: (heardMs, fault, revision) => {
      if (fault !== undefined) {
        log.error({ reason: fault }, 'the clone cannot be used');
        return;
      }
      // Where nobody knows how old it is, it counts as too old.
      if (heardMs === undefined) staleness.hearNothing();
      else staleness.hear(heardMs);
      const heardAt = heardMs === undefined ? 'unknown' : new Date(heardMs).toISOString();
      log.warn({ revision, heardAt }, 'nothing good can be fetched: the clone decides');
    },
    onDoubt: (reason) => log.warn({ reason }, 'nobody knows how old the clone is'),
    onFault: (reason) => {
      if (reason === undefined) log.info('what is good is kept again');
      else log.error({ reason }, 'what is good cannot be kept; a start without the repository would use an older one');
    },
  };
}

async function openDesk(
  { options, io, lifetime, budget }: SourceSurroundings,
  of: Pick<BranchChanges, 'live' | 'files' | 'history' | 'clone'>,
): Promise<BranchChangeDesk | undefined> {
  const { changes: modes, gitCommitter: committer, signKey, pushOption: pushOptions, requireSigned } = options;
  if (modes === undefined) return undefined;
  const { openBranchChanges } = await import('./changes/open-branch-changes.ts');
  const paths = { signingKey: pathOf(signKey, io), allowedSigners: pathOf(requireSigned, io) };
  const desk = await openBranchChanges({ ...of, ...paths, modes, committer, pushOptions, budget });
  lifetime.add('the changes', () => desk.close());
  return desk;
}
