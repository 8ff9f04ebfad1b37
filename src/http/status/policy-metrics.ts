import type { Registry } from 'prom-client';
import { isDatabaseSource } from '../../store/database/following/database-source.ts';
import { isGitSource } from '../../store/remote/remote-files.ts';
import type { FollowedPolicy, PublishedBranch, ReloadOutcome } from '../../store/live/policy-source.ts';
import { addCounter, addGauge } from '../metrics/collected-metrics.ts';
import { registerDatabase } from './database-document.ts';
import type { Staleness } from '../../store/live/staleness.ts';

/** The numbers that Prometheus reads about the policy and its files, in the process that reads the files. */
export class PolicyMetrics {
  readonly #reloads: Record<ReloadOutcome['outcome'], number> = { loaded: 0, unchanged: 0, failed: 0 };
  readonly #staleness: Staleness;
  #lastGoodCheckMs: number | undefined;

  constructor(live: FollowedPolicy, registry: Registry, staleness: Staleness) {
    this.#staleness = staleness;
    registerPolicy(live, registry);
    if (isDatabaseSource(live.source)) registerDatabase(live, registry);
    if (isGitSource(live.source)) {
      registerGit(() => ({ lastWordMs: live.source?.lastWordMs, looks: live.looks }), registry);
      registerClone(live, registry);
    }
    const { publishing } = live;
    if (publishing) registerGit(() => publishing, registry);
    registerStaleness(staleness, registry);
    this.#registerReloads(live, registry);
  }

  /** Counts the reloads of `live`, the last one too; returns what ends that. */
  follow(live: FollowedPolicy): () => void {
    if (live.lastReload !== undefined) this.countReload(live.lastReload);
    return live.onReload((outcome) => this.countReload(outcome));
  }

  countReload(reload: ReloadOutcome): void {
    this.#reloads[reload.outcome] += 1;
    this.noteCheck(reload, reload.at.getTime());
  }

  /** A failed check tells nothing about the files, so an alert on this time's age must see it stand still. */
  noteCheck(reload: ReloadOutcome, atMs: number): void {
    if (reload.outcome === 'failed') return;
    this.#lastGoodCheckMs = atMs;
    this.#staleness.hear(atMs);
  }

  #registerReloads(live: FollowedPolicy, registry: Registry): void {
    addCounter(
      registry,
      'rolebook_policy_reloads_total',
      'Times the files were read.',
      (counter) => {
        for (const [outcome, count] of Object.entries(this.#reloads)) counter.inc({ outcome }, count);
      },
      ['outcome'],
    );
    const name = 'rolebook_policy_last_good_check_timestamp_seconds';
    addGauge(registry, name, 'When the files were last read without a problem.', (gauge) => {
      // What was kept on disk was found good before this process began.
      const atMs = this.#lastGoodCheckMs ?? live.looks.lastReachedMs;
      if (atMs !== undefined) gauge.set(atMs / 1000);
    });
  }
}

/** Clocks that are easily taken for one: when it answered, when it had something new, since when it fails, and when it did. */
function registerGit(tell: () => Pick<PublishedBranch, 'lastWordMs' | 'looks'>, registry: Registry): void {
  const clocks = [
    ['reached', 'When the repository answered last.', () => tell().lastWordMs],
    ['news', 'When the repository had a commit last that went live.', () => tell().looks.lastNewsMs],
    [
      'failing_since',
      'Since when every look at the repository failed; 0 while it is well.',
      () => tell().looks.failing?.sinceMs ?? 0,
    ],
  ] as const;
  for (const [name, help, read] of clocks) {
    addGauge(registry, `rolebook_git_${name}_timestamp_seconds`, help, (gauge) => {
      const ms = read();
      if (ms !== undefined) gauge.set(ms / 1000);
    });
  }
  const failure = 'When a look at the repository failed last, also when it is well since, and why.';
  addGauge(
    registry,
    'rolebook_git_failure_timestamp_seconds',
    failure,
    (gauge) => {
      const { lastFailure } = tell().looks;
      if (lastFailure) gauge.set({ kind: lastFailure.kind }, lastFailure.atMs / 1000);
    },
    ['kind'],
  );
}

function registerClone(live: FollowedPolicy, registry: Registry): void {
  const kept = '1 while the clone decides, because nothing good was fetched since the start, else 0.';
  addGauge(registry, 'rolebook_policy_from_cache', kept, (gauge) =>
    gauge.set(live.source?.isFromCache === true ? 1 : 0),
  );
}

function registerPolicy(live: FollowedPolicy, registry: Registry): void {
  addGauge(
    registry,
    'rolebook_policy_revision_info',
    'The revision that is live, as a label.',
    (gauge) => {
      if (live.current !== undefined) gauge.set({ revision: live.current.revision }, 1);
    },
    ['revision'],
  );
  addGauge(registry, 'rolebook_policy_loaded_timestamp_seconds', 'When the live policy was loaded.', (gauge) => {
    if (live.current !== undefined) gauge.set(live.current.loadedAt.getTime() / 1000);
  });
  const missing = 'Roles that too few hold at a place where somebody must.';
  addGauge(registry, 'rolebook_policy_missing_holders', missing, (gauge) => gauge.set(live.missingHolders.length));
  addGauge(registry, 'rolebook_policy_stale', '1 when the files could not be loaded since, else 0.', (gauge) => {
    gauge.set(live.isStale ? 1 : 0);
  });
}

function registerStaleness(staleness: Staleness, registry: Registry): void {
  const help = '1 while the policy is older than --max-staleness allows, else 0.';
  addGauge(registry, 'rolebook_policy_beyond_max_staleness', help, (gauge) => {
    const { report } = staleness;
    if (report !== undefined) gauge.set(report.isTooOld ? 1 : 0);
  });
}
