import type { Problem } from '../../policy/problem.ts';
import { formatHolders } from '../../policy/role.ts';
import type { SidecarHealth } from '../../store/database/following/fleet.ts';
import { isDatabaseSource } from '../../store/database/following/database-source.ts';
import { isGitSource } from '../../store/remote/remote-files.ts';
import type {
  FollowedPolicy,
  PublishedBranch,
  ReloadOutcome,
  SourceLooks,
  SourceReport,
} from '../../store/live/policy-source.ts';
import type { ChangeBudget } from '../../store/live/change-budget.ts';
import { describeBudget } from '../budget/budget-document.ts';
import { isShadowStale } from '../shadow/shadow-metrics.ts';
import type { FollowedShadow } from '../shadow/shadow-report.ts';
import { describeCache, type CacheReporter } from './cache-document.ts';
import { describeDatabase } from './database-document.ts';
import { formatDuration, formatStaleRule, type Staleness } from '../../store/live/staleness.ts';

/** Things that stand beside the live policy, where they are there. */
export interface BesideLive {
  readonly cache?: CacheReporter | undefined;
  readonly decidesAtMs?: number | undefined;
  readonly shadow?: FollowedShadow | undefined;
  readonly budget?: ChangeBudget | undefined;
}

/** Which policy is live, and how the last reading of the files went, as `/v1/policy` tells it. */
export function describePolicy(
  live: FollowedPolicy,
  staleness: Staleness,
  { cache, decidesAtMs, shadow, budget }: BesideLive = {},
): object {
  const { current, lastReload, isStale } = live;
  return {
    revision: current?.revision ?? null,
    commit: current?.commit,
    loadedAt: current?.loadedAt.toISOString() ?? null,
    counts: current?.counts ?? null,
    isStale,
    missingHolders: describeMissingHolders(live.missingHolders),
    source: describeSource(live.source),
    cache: cache && describeCache(cache),
    maxStaleness: describeStaleness(staleness),
    lastReload: lastReload === undefined ? null : describeReload(lastReload),
    looks: describeLooks(live.looks),
    publishing: live.publishing && describeBranch(live.publishing),
    decidesAt: decidesAtMs === undefined ? undefined : timeOf(decidesAtMs),
    shadow: shadow && describeShadow(shadow),
    budget: budget && describeBudget(budget),
  };
}

/** The second policy, with which answers are compared; live answers do not depend on it. */
function describeShadow({ place, policy }: FollowedShadow): object {
  const { current, lastReload } = policy;
  return {
    ...place,
    revision: current?.revision ?? null,
    commit: current?.commit,
    loadedAt: current?.loadedAt.toISOString() ?? null,
    isStale: isShadowStale(policy),
    lastReload: lastReload === undefined ? null : describeReload(lastReload),
  };
}

/** The branch whose commits are published here: told apart from the source, which is the database. */
function describeBranch({ branch, commit, lastWordMs, lastReload, looks }: PublishedBranch): object {
  return {
    ...branch,
    commit: commit ?? null,
    lastWordAt: timeOf(lastWordMs),
    lastLook: lastReload === undefined ? null : describeReload(lastReload),
    looks: describeLooks(looks),
  };
}

function describeSource(source: SourceReport | undefined): object | undefined {
  if (isDatabaseSource(source)) return describeDatabase(source);
  if (!isGitSource(source)) return undefined;
  const { kind, url, ref, path, lastWordMs, isFromCache } = source;
  return { kind, url, ref, path, lastWordAt: timeOf(lastWordMs), isFromCache };
}

const mostMissing = 100;

/** Where too few hold a role that somebody must hold: how many such places there are, and the first of them. */
function describeMissingHolders(missing: FollowedPolicy['missingHolders']): object {
  const first = missing.slice(0, mostMissing).map(({ place, role, holders, found }) => {
    return { [place.kind]: place.id, role: role.id, holders: formatHolders(holders), found };
  });
  return { count: missing.length, first };
}

function describeLooks({ lastReachedMs, lastNewsMs, failing, lastFailure }: SourceLooks): object {
  const { atMs, kind, error } = lastFailure ?? {};
  return {
    lastReachedAt: timeOf(lastReachedMs),
    lastNewsAt: timeOf(lastNewsMs),
    failing: failing === undefined ? null : { since: timeOf(failing.sinceMs), error: failing.error },
    lastFailure: lastFailure === undefined ? null : { at: timeOf(atMs), kind, error },
  };
}

/** The same for everybody: an error may name an address or a file. */
export function describeLookTimes({ lastReachedMs, lastNewsMs, failing, lastFailure }: SourceLooks): object {
  return {
    lastReachedAt: timeOf(lastReachedMs),
    lastNewsAt: timeOf(lastNewsMs),
    failingSince: timeOf(failing?.sinceMs),
    lastFailure: lastFailure === undefined ? null : { at: timeOf(lastFailure.atMs), kind: lastFailure.kind },
  };
}

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function describeStaleness({ report }: Staleness): object | undefined {
  if (report === undefined) return undefined;
  const { maxMs, rule, lastWordMs, isTooOld } = report;
  return {
    limit: formatDuration(maxMs),
    whenStale: formatStaleRule(rule),
    lastWordAt: timeOf(lastWordMs),
    isBeyond: isTooOld,
  };
}

/** The first of the problems, and how many there are. */
export function describeProblems({ problems, problemCounts }: Pick<ReloadOutcome, 'problems' | 'problemCounts'>): {
  problems: object[];
  problemCount: number;
} {
  const problemCount = problemCounts.errors + problemCounts.warnings;
  return { problems: problems.map(describeProblem), problemCount };
}

/** A problem of a file as it is told over HTTP. */
export function describeProblem(problem: Problem): object {
  const { code, severity, file, line, column, message, help } = problem;
  return { code, severity, file, line, column, message, help };
}

function describeReload(reload: ReloadOutcome): object {
  const { outcome, trigger, at, durationMs, error } = reload;
  return { outcome, trigger, at: at.toISOString(), durationMs, error, ...describeProblems(reload) };
}

/** What a sidecar of a database says of itself to the others. */
export function describeHealth({ current, isStale, source }: FollowedPolicy, staleness?: Staleness): SidecarHealth {
  return {
    revision: current?.revision ?? null,
    sequence: isDatabaseSource(source) ? (source.sequence ?? null) : null,
    details: {
      health: healthOf(current !== undefined, isStale),
      isFromCache: source?.isFromCache ?? false,
      isBeyondMaxStaleness: staleness?.report?.isTooOld ?? false,
      lastWordAt: timeOf(source?.lastWordMs),
    },
  };
}

function healthOf(hasPolicy: boolean, isStale: boolean): 'starting' | 'stale' | 'ok' {
  if (!hasPolicy) return 'starting';
  return isStale ? 'stale' : 'ok';
}
