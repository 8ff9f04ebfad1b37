import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { logShadow, type FollowedShadow, type ShadowPlace } from '../../../http/shadow/shadow-report.ts';
import type { Logger } from '../../../http/logging/log.ts';
import { messageOf } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import { PolicyDirectory } from '../../../store/folder/policy-directory.ts';
import { findGitPlace } from '../../../store/git/git-place.ts';
import type { Lifetime } from '../../../store/lifetime.ts';
import { followFiles } from '../../../store/live/follow-files.ts';
import { LivePolicy, type LivePolicyOptions } from '../../../store/live/live-policy.ts';
import { RefFiles } from '../../../store/live/ref-files.ts';
import { followRemote } from '../../../store/remote/follow-remote.ts';
import { openRemote, type RemoteSource } from '../../../store/remote/open-remote.ts';
import { parseRemoteRef } from '../../../store/remote/remote-address.ts';

/** All that a second policy is opened with: where the first one comes from says what a ref is a ref of. */
export interface ShadowSurroundings {
  /** As written: a folder, or a ref. */
  readonly named: string;
  readonly cwd: string;
  /** The policy folder; undefined: the policy is in none. */
  readonly root: string | undefined;
  /** The repository elsewhere that the policy comes from. */
  readonly remote: Omit<RemoteSource, 'ref' | 'signers' | 'findStand'> | undefined;
  /** How often a folder is looked at. */
  readonly pollMs: number | undefined;
  readonly live: Pick<LivePolicyOptions, 'judgementClock' | 'beforeLive'>;
  readonly log: Logger;
  readonly lifetime: Lifetime;
}

/** A second policy that is open. */
export interface OpenShadow extends FollowedShadow {
  /** Follows it from now on. It never rejects: whatever is wrong with it is told, and live answers stay as they are. */
  readonly start: () => Promise<void>;
  /** Reads it now. */
  readonly reload: () => void;
}

/** Opens what `--shadow` names. Nothing is read before `start`; only a ref that can be none throws. */
export async function openShadow(surroundings: ShadowSurroundings): Promise<OpenShadow> {
  const { named, remote, log, lifetime } = surroundings;
  const place: ShadowPlace = { kind: await kindOf(surroundings), name: named };
  const { policy, follow } =
    place.kind === 'folder'
      ? openFolder(surroundings)
      : remote === undefined
        ? openRef(surroundings)
        : await openRemoteRef(surroundings, remote);
  lifetime.add('the log of the shadow', logShadow({ place, policy }, log));
  const start = (): Promise<void> =>
    follow().catch((error: unknown) => {
      log.error({ shadow: named, reason: messageOf(error) }, 'the shadow policy cannot be followed');
    });
  return { place, policy, start, reload: () => void policy.reload('signal') };
}

/** A policy, and what follows it from the first look on. */
interface Following {
  readonly policy: LivePolicy;
  readonly follow: () => Promise<void>;
}

// What looks like a path is one, and so is the name of a folder that is there. Else it is a ref where there can be one.
async function kindOf({ named, cwd, root, remote }: ShadowSurroundings): Promise<ShadowPlace['kind']> {
  if (named.startsWith('refs/')) return 'ref';
  if (/^\.{0,2}\/|^\.{1,2}$/.test(named)) return 'folder';
  const stats = await stat(resolve(cwd, named)).catch(() => undefined);
  if (stats?.isDirectory() === true) return 'folder';
  if (remote !== undefined) return 'ref';
  return root !== undefined && (await findGitPlace(root)) !== undefined ? 'ref' : 'folder';
}

function openFolder({ named, cwd, pollMs, live, log, lifetime }: ShadowSurroundings): Following {
  const root = resolve(cwd, named);
  const policy = new LivePolicy(new PolicyDirectory(root), live);
  const onUnwatched = (error: Error): void =>
    log.warn({ shadow: named, reason: messageOf(error) }, 'the folder of the shadow cannot be watched; it is polled');
  const follow = async (): Promise<void> => {
    const watcher = await followFiles(policy, { root, pollMs, onUnwatched });
    lifetime.add('the watching of the shadow', () => void watcher.close());
    await policy.reload('start');
  };
  return { policy, follow };
}

function openRef({ named, cwd, root = cwd, live, lifetime }: ShadowSurroundings): Following {
  const policy = new LivePolicy(new RefFiles(root, named), live);
  const follow = async (): Promise<void> => {
    await policy.reload('start');
    const following = followRemote(policy, limits.shadow.pollMs, limits.shadow.pollMs);
    lifetime.add('the following of the shadow', () => void following.close());
  };
  return { policy, follow };
}

// A clone of its own: the one of the live policy is of one branch, and nothing is to stand in its way.
async function openRemoteRef(
  { named, live, lifetime }: ShadowSurroundings,
  remote: Omit<RemoteSource, 'ref' | 'signers' | 'findStand'>,
): Promise<Following> {
  const source = { ...remote, ref: parseRemoteRef(named, '--shadow'), cache: join(remote.cache, 'shadow') };
  const { live: policy, start } = await openRemote({ ...source, signers: undefined }, live, lifetime);
  return { policy, follow: start };
}
