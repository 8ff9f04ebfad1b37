import { createHash } from 'node:crypto';
import { LivePolicy, type LivePolicyOptions } from '../live/live-policy.ts';
import { processClock } from '../process-clock.ts';
import { SignatureCheck } from '../signatures/signature-check.ts';
import { openCloneFolder, type Ending } from './clone-folder.ts';
import { followRemote } from './follow-remote.ts';
import { GoodKeeper, type GoodKeeperOptions } from './good-keeper.ts';
import type { RemoteAddress } from './remote-address.ts';
import { RemoteClone } from './remote-clone.ts';
import type { RemoteCredentials } from './remote-command.ts';
import { RemoteFiles, type RemoteFilesOptions } from './remote-files.ts';

/** A branch of a repository elsewhere, as somebody named it. */
export interface RemoteSource {
  readonly address: RemoteAddress;
  /** A full name. */
  readonly ref: string;
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  readonly credentials: RemoteCredentials;
  /** The folder that its clone is kept in. */
  readonly cache: string;
  /** The file of allowed signers; undefined: nobody has to sign. */
  readonly signers: string | undefined;
  readonly pollMs: number;
  /** Tells how a commit stands to the live one; undefined: only those are known that were live here. */
  readonly findStand?: RemoteFilesOptions['findStand'];
}

/** Listeners to what becomes of it, and the clock that it is judged by. */
export interface RemoteEvents extends Pick<GoodKeeperOptions, 'onDoubt' | 'onFault'> {
  readonly judgementClock?: LivePolicyOptions['judgementClock'];
  readonly onProgress?: LivePolicyOptions['onProgress'];
  readonly beforeLive?: LivePolicyOptions['beforeLive'];
  readonly budget?: LivePolicyOptions['budget'];
  /** What was kept decides, heard then and of this revision; or why it cannot. */
  readonly onKept?: (heardMs: number | undefined, fault: string | undefined, revision: string | undefined) => void;
}

export interface OpenRemote {
  readonly live: LivePolicy;
  readonly files: RemoteFiles;
  /** Of the clone; what is beside it begins with the same name. */
  readonly folder: string;
  readonly signatures: SignatureCheck | undefined;
  /** Follows it from now on, and resolves after the first look. */
  readonly start: () => Promise<void>;
  /** To be called when somebody tells of a push. */
  readonly hear: () => void;
}

/** Opens a branch of a repository elsewhere, and the clone that is kept of it. Nothing is asked before `start`. */
export async function openRemote(source: RemoteSource, events: RemoteEvents, lifetime: Ending): Promise<OpenRemote> {
  const { address, ref, prefix, credentials, cache, signers, pollMs, findStand } = source;
  const folder = await openCloneFolder(cache, address, lifetime);
  const clone = new RemoteClone({ address, ref, prefix, credentials, folder });
  lifetime.add('the clone', () => clone.close());
  const { now } = processClock;
  const { onDoubt, onFault } = events;
  const path = `${folder}-${createHash('sha256').update(clone.identity).digest('hex').slice(0, 16)}`;
  const keeper = new GoodKeeper(clone, { path, now, ...(onDoubt && { onDoubt }), ...(onFault && { onFault }) });
  lifetime.add('what was good last', () => keeper.whenKept());
  const signatures =
    signers === undefined ? undefined : new SignatureCheck({ file: signers, folder: `${folder}-signers`, now });
  // Who may sign is told to be in doubt now, and not at the first look.
  await signatures?.prepare();
  const files = new RemoteFiles(clone, { address, ref, prefix, now, keeper, signatures, findStand });
  const live = openLive(files, events);
  let hear = (): void => undefined;
  const start = async (): Promise<void> => {
    await live.reload('start');
    const isFromCache = live.source?.isFromCache === true;
    // What is old is told as such at once, and looked at again soon.
    const following = followRemote(live, isFromCache ? Math.min(pollMs, soonMs) : pollMs, pollMs);
    hear = following.hear;
    lifetime.add('the following of the repository', () => following.close());
  };
  return { live, files, folder, signatures, start, hear: () => hear() };
}

const soonMs = 1000;

function openLive(
  files: RemoteFiles,
  { judgementClock, onProgress, beforeLive, budget, onKept }: RemoteEvents,
): LivePolicy {
  const live = new LivePolicy(files, {
    judgementClock,
    ...(onProgress && { onProgress }),
    ...(beforeLive && { beforeLive }),
    budget,
    onKept: (heardMs, fault) => onKept?.(heardMs, fault, live.current?.revision),
  });
  return live;
}
