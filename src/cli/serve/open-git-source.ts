import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { createProgressLog } from '../../http/logging/reload-log.ts';
import type { Logger } from '../../http/logging/log.ts';
import { messageOf } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { LivePolicy } from '../../store/live/live-policy.ts';
import { processClock } from '../../store/process-clock.ts';
import { HistoryClone } from '../../store/history/history-clone.ts';
import { RemoteHistory } from '../../store/history/remote-history.ts';
import { followRemote } from '../../store/remote/follow-remote.ts';
import { GoodKeeper } from '../../store/remote/good-keeper.ts';
import type { RemoteAddress } from '../../store/remote/remote-address.ts';
import { RemoteClone } from '../../store/remote/remote-clone.ts';
import type { BranchChangeDesk } from '../../store/pushing/branch-change-desk.ts';
import { RemoteFiles } from '../../store/remote/remote-files.ts';
import { SignatureCheck } from '../../store/signatures/signature-check.ts';
import type { BranchChanges } from './changes/open-branch-changes.ts';
import { credentialsOf, hookOf, mainBranch } from './git-options.ts';
import { openCloneFolder } from './publishing/clone-folder.ts';
import { pathOf } from './serve-options.ts';
import type { OpenSource, SourceSurroundings } from './served-source.ts';

/** A branch of a repository elsewhere, and the clone that is kept of it. */
export async function openGitSource(surroundings: SourceSurroundings, address: RemoteAddress): Promise<OpenSource> {
  const { options, setup, io, lifetime, beforeLive } = surroundings;
  const { log, staleness } = setup;
  const { ref = mainBranch, path: prefix = '', poll = limits.gitPollMs, cache = '' } = options;
  const folder = await openCloneFolder(resolve(io.cwd, cache), address, lifetime);
  const credentials = credentialsOf(options, io);
  const clone = new RemoteClone({ address, ref, prefix, credentials, folder });
  lifetime.add('the clone', () => clone.close());
  const keeper = openKeeper(clone, folder, log);
  lifetime.add('what was good last', () => keeper.whenKept());
  const signatures = signaturesOf(surroundings, folder);
  // Who may sign is told to be in doubt now, and not at the first look.
  await signatures?.prepare();
  const of = { address, ref, prefix, credentials, folder: `${folder}-history` };
  const historyClone = new HistoryClone(of);
  lifetime.add('the history', () => historyClone.close());
  const history: RemoteHistory = new RemoteHistory(historyClone, { live: () => live.current?.commit, signatures });
  const findStand: RemoteHistory['findStand'] = (commit, own) => history.findStand(commit, own);
  const files = new RemoteFiles(clone, { address, ref, prefix, now: processClock.now, keeper, signatures, findStand });
  const live: LivePolicy = new LivePolicy(files, {
    onProgress: createProgressLog(log),
    ...(beforeLive && { beforeLive }),
    onKept: (heardMs, fault) => {
      if (fault !== undefined) {
        log.error({ reason: fault }, 'the clone cannot be used');
        return;
      }
      // Where nobody knows how old it is, it counts as too old.
      if (heardMs === undefined) staleness.hearNothing();
      else staleness.hear(heardMs);
      const heardAt = heardMs === undefined ? 'unknown' : new Date(heardMs).toISOString();
      log.warn({ revision: live.current?.revision, heardAt }, 'nothing good can be fetched: the clone decides');
    },
  });
  const check = hookOf(options, io);
  // One that is no secret is told now, and not at the first push.
  await check?.readSecret();
  const desk = await openDesk(surroundings, {
    live,
    files,
    history,
    clone: { address, ref, prefix, credentials, folder: `${folder}-changes` },
  });
  let hear = (): void => undefined;
  const start = async (): Promise<void> => {
    await live.reload('start');
    const isFromCache = live.source?.isFromCache === true;
    // What is old is told as such at once, and looked at again soon.
    const following = followRemote(live, isFromCache ? Math.min(poll, soonMs) : poll, poll);
    hear = following.hear;
    lifetime.add('the following of the repository', () => following.close());
    // Nobody waits for it: where the server is away decisions go on, and a change looks again.
    desk?.prepare().catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'changes are not ready yet'));
  };
  return { live, history, ...(desk && { changes: desk }), gitHook: check && { ...check, hear: () => hear() }, start };
}

async function openDesk(
  { options, io, lifetime }: SourceSurroundings,
  of: Pick<BranchChanges, 'live' | 'files' | 'history' | 'clone'>,
): Promise<BranchChangeDesk | undefined> {
  const { changes: modes, gitCommitter: committer, signKey, pushOption: pushOptions, requireSigned } = options;
  if (modes === undefined) return undefined;
  const { openBranchChanges } = await import('./changes/open-branch-changes.ts');
  const paths = { signingKey: pathOf(signKey, io), allowedSigners: pathOf(requireSigned, io) };
  const desk = await openBranchChanges({ ...of, ...paths, modes, committer, pushOptions });
  lifetime.add('the changes', () => desk.close());
  return desk;
}

const soonMs = 1000;

function signaturesOf({ options, io }: SourceSurroundings, folder: string): SignatureCheck | undefined {
  const file = pathOf(options.requireSigned, io);
  return file === undefined
    ? undefined
    : new SignatureCheck({ file, folder: `${folder}-signers`, now: processClock.now });
}

function openKeeper(clone: RemoteClone, folder: string, log: Logger): GoodKeeper {
  const path = `${folder}-${createHash('sha256').update(clone.identity).digest('hex').slice(0, 16)}`;
  return new GoodKeeper(clone, {
    path,
    now: processClock.now,
    onDoubt: (reason) => log.warn({ reason }, 'nobody knows how old the clone is'),
    onFault: (reason) => {
      if (reason === undefined) log.info('what is good is kept again');
      else log.error({ reason }, 'what is good cannot be kept; a start without the repository would use an older one');
    },
  });
}
