import { formatDuration, Staleness, type StalenessLimit, type StaleRule } from '../../store/live/staleness.ts';
import type { Logger } from '../../http/logging/log.ts';
import { RolebookError } from '../../policy/errors.ts';
import { isPermissionId, isResourceName } from '../../policy/ids.ts';
import { formerPermissions } from '../../policy/catalog.ts';
import { limits } from '../../policy/limits.ts';
import type { FollowedPolicy } from '../../store/live/policy-source.ts';
import { parseChoice, parseValue } from '../command/command-options.ts';

const unitsMs: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** `--max-staleness`, as milliseconds. */
export function parseMaxStaleness(value: string): number {
  const help = 'write `30s`, `10m` or `2h`';
  const [, digits = '', unit = ''] = /^(\d{1,9})([a-z])$/.exec(parseValue('--max-staleness', value)) ?? [];
  const ms = Number(digits) * (unitsMs.get(unit) ?? NaN);
  if (digits === '' || Number.isNaN(ms)) {
    throw new RolebookError('usage', `\`--max-staleness\` takes a duration, found \`${value}\``, { help });
  }
  const { least, most } = limits.stalenessMs;
  if (ms >= least && ms <= most) return ms;
  const message = `\`--max-staleness\` is from ${formatDuration(least)} to ${formatDuration(most)}, found \`${value}\``;
  throw new RolebookError('usage', message, { help });
}

const denyPrefix = 'deny:';
const whole = ['go-on', 'deny-all'] as const;

/** `--when-stale`. */
export function parseWhenStale(value: string): StaleRule {
  const flag = '--when-stale';
  if (!value.startsWith(denyPrefix)) return parseChoice(flag, parseValue(flag, value), whole);
  const deny = value.slice(denyPrefix.length).split(',');
  const wrong = deny.find((name) => !isDeniable(name));
  if (wrong === undefined) return { deny };
  const message = `\`${flag}\` denies permissions, found \`${wrong}\``;
  const help = 'write `deny:conversation:delete,teammate:*`, or `deny-all`';
  throw new RolebookError('usage', message, { help });
}

function isDeniable(name: string): boolean {
  return isPermissionId(name) || (name.endsWith(':*') && isResourceName(name.slice(0, -2)));
}

/** The limit that the options make, if they do; by default a policy that is too old denies everything. */
export function stalenessLimit(options: {
  readonly maxStaleness?: number;
  readonly whenStale?: StaleRule;
  readonly pollInterval?: number;
  readonly git?: unknown;
  readonly database?: unknown;
  /** In milliseconds. */
  readonly poll?: number;
}): StalenessLimit | undefined {
  const { maxStaleness: maxMs, whenStale } = options;
  if (maxMs === undefined) {
    if (whenStale === undefined) return undefined;
    const help = 'add `--max-staleness 10m`, say';
    throw new RolebookError('usage', '`--when-stale` needs `--max-staleness`', { help });
  }
  // Else the policy would be too old between two looks, with nothing wrong at all.
  const { flag, everyMs } = lookOf(options);
  if (maxMs >= 2 * everyMs) return { maxMs, rule: whenStale ?? 'deny-all' };
  const message = `\`--max-staleness\` must be at least twice \`${flag}\``;
  throw new RolebookError('usage', message, { help: `write \`--max-staleness ${Math.ceil((2 * everyMs) / 1000)}s\`` });
}

function lookOf({ git, database, poll = limits.gitPollMs, pollInterval = 0 }: Parameters<typeof stalenessLimit>[0]): {
  flag: string;
  everyMs: number;
} {
  // Where both are named the database has the last word.
  if (git !== undefined && database === undefined) return { flag: '--poll', everyMs: poll };
  return { flag: '--poll-interval', everyMs: pollInterval * 1000 };
}

/** Measures the policy's age, and logs when it becomes too old and when it is not any more. */
export function createStaleness(limit: StalenessLimit | undefined, log: Logger): Staleness {
  const staleness: Staleness = new Staleness(limit, {
    onTurn: (isTooOld) => {
      if (limit === undefined) return;
      const { lastWordMs } = staleness.report ?? {};
      const about = {
        lastWordAt: lastWordMs === undefined ? undefined : new Date(lastWordMs).toISOString(),
        maxStaleness: formatDuration(limit.maxMs),
      };
      if (isTooOld) log.error(about, `the policy is older than it may be: ${consequences(limit.rule)}`);
      else log.info(about, 'the policy is as old as it may be again');
    },
  });
  return staleness;
}

function consequences(rule: StaleRule): string {
  if (rule === 'go-on') return 'decisions go on';
  return rule === 'deny-all' ? 'everything is denied' : `denied are ${rule.deny.join(', ')}`;
}

/** Warns of names that deny nothing, as misspelt ones do: else nobody would notice before it matters. */
export function warnOfUnknownPermissions(live: FollowedPolicy, staleness: Staleness, log: Logger): void {
  let warned = '';
  live.onReload(() => {
    const permissions = live.current?.engine.policy.catalog.permissions;
    const known = permissions && [...permissions.keys(), ...formerPermissions(permissions).keys()];
    const unknown = known === undefined ? [] : staleness.unknownPermissions(known);
    if (unknown.join() === warned) return;
    warned = unknown.join();
    for (const permission of unknown) {
      log.warn({ permission }, `\`--when-stale\` denies \`${permission}\`, which is no permission of the policy`);
    }
  });
}
