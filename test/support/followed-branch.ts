import { join } from 'node:path';
import type { ChangeWork } from '../../src/store/changes/change-worker.ts';
import { weighedWork } from '../../src/store/changes/weighed-work.ts';
import type { ChangeBudget } from '../../src/store/live/change-budget.ts';
import { doChangeWork } from '../../src/store/changes/thread-calls.ts';
import { LivePolicy } from '../../src/store/live/live-policy.ts';
import { BranchChangeDesk } from '../../src/store/pushing/branch-change-desk.ts';
import { pushWorker } from '../../src/store/pushing/push-worker.ts';
import { HistoryClone } from '../../src/store/history/history-clone.ts';
import { RemoteHistory } from '../../src/store/history/remote-history.ts';
import { GoodKeeper } from '../../src/store/remote/good-keeper.ts';
import { parseRemoteAddress } from '../../src/store/remote/remote-address.ts';
import { RemoteClone } from '../../src/store/remote/remote-clone.ts';
import { RemoteFiles } from '../../src/store/remote/remote-files.ts';
import { inOrder } from '../../src/store/turns.ts';
import { builtModule } from './built-module.ts';
import type { PushedPolicy } from './pushed-policy.ts';

const modes = ['commit', 'propose'] as const;

/** What a sidecar has of a branch: what decides, and where it is changed. */
export interface FollowedBranch {
  readonly live: LivePolicy;
  readonly desk: BranchChangeDesk;
  readonly close: () => Promise<void>;
}

/** Follows the branch as a sidecar does whose clones have this name; nothing is asked by itself. */
export function followBranch(
  policy: PushedPolicy,
  name: string,
  where: 'here' | 'in a thread' = 'here',
  budget?: ChangeBudget,
): FollowedBranch {
  const address = parseRemoteAddress(policy.server.url, '--git');
  const of = { address, ref: 'refs/heads/main', prefix: '', credentials: {}, folder: join(policy.cache, name) };
  const clone = new RemoteClone(of);
  const keeper = new GoodKeeper(clone, { path: `${of.folder}-good`, now: Date.now });
  const commits = new HistoryClone({ ...of, folder: `${of.folder}-history` });
  const history: RemoteHistory = new RemoteHistory(commits, { live: () => live.current?.commit });
  const findStand: RemoteHistory['findStand'] = (commit, own) => history.findStand(commit, own);
  const files = new RemoteFiles(clone, { ...of, now: Date.now, keeper, findStand });
  const live: LivePolicy = new LivePolicy(files, { budget });
  const folder = `${of.folder}-changes`;
  const writing = { url: address.url, ref: of.ref, modes };
  const entry = new URL(builtModule('store/pushing/push-thread'));
  const made = where === 'here' ? workHere(policy, folder) : pushWorker({ clone: { ...of, folder }, writing }, entry);
  const work = weighedWork(made, budget);
  const desk = new BranchChangeDesk({ live, files, history, work, folder, modes });
  const close = async (): Promise<void> => {
    await desk.close();
    commits.close();
    await keeper.whenKept();
  };
  return { live, desk, close };
}

function workHere(policy: PushedPolicy, folder: string): ChangeWork {
  const changes = policy.changes({}, { folder });
  const inTurn = inOrder();
  return { call: (work) => inTurn(() => doChangeWork(changes, work)), close: () => Promise.resolve() };
}
