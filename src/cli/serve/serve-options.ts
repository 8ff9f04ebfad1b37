import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AccessControl } from '../../http/access/access-control.ts';
import { createTokenFile } from '../../http/access/create-token-file.ts';
import type { Staleness, StalenessLimit, StaleRule } from '../../store/live/staleness.ts';
import { type ListenAddress, parseListenAddress } from '../../http/access/listen-address.ts';
import { createLog, type Logger, type LogLevel } from '../../http/logging/log.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { CommandIo } from '../command/command-io.ts';
import { logWarnings, type ServeIo } from './serve-output.ts';
import { createStaleness, stalenessLimit } from './staleness-options.ts';
import type { ChangesOptions } from './changes/changes-options.ts';
import type { GitOptions } from './git-options.ts';
import type { PagesOptions } from './pages/pages-options.ts';
import type { BudgetOptions } from './budget/budget-options.ts';
import type { ShadowOptions } from './shadow/shadow-options.ts';
import type { AdminTokens } from './token-advice.ts';

/** The options as written on the command line. */
export interface ServeOptions extends GitOptions, ChangesOptions, PagesOptions, ShadowOptions, BudgetOptions {
  readonly policy: string;
  /** `-`: the variable has it. */
  readonly database?: DatabaseUrl | '-';
  readonly listen: string;
  readonly workers: number;
  readonly tokenFile?: string;
  readonly adminTokenFile?: string;
  readonly create?: true;
  readonly allowUnauthenticated?: true;
  readonly decisionLog?: string;
  /** Paths. */
  readonly decisionLogAttributes?: readonly string[];
  readonly logLevel: LogLevel;
  /** Everything is decided as of this instant, in milliseconds since 1970. */
  readonly at?: number;
  readonly pollInterval?: number;
  /** A folder, as written. */
  readonly cache?: string;
  readonly cacheKeyFile?: string;
  /** In milliseconds. */
  readonly maxStaleness?: number;
  readonly whenStale?: StaleRule;
}

/** All that every process of the sidecar works with. */
export interface ServeSetup {
  /** The policy folder; with a database nobody looks into it. */
  readonly root: string;
  readonly listen: ListenAddress;
  readonly access: AccessControl;
  readonly adminTokens: AdminTokens;
  /** `-` or a path; undefined: decisions are not logged. */
  readonly decisionLog: string | undefined;
  /** The same of answers that differ from those of a second policy. */
  readonly shadowLog: string | undefined;
  /** A path; undefined: there is no review. */
  readonly review: string | undefined;
  readonly pollMs: number | undefined;
  readonly stalenessLimit: StalenessLimit | undefined;
  readonly staleness: Staleness;
  readonly log: Logger;
}

/**
 * Throws a RolebookError for whatever is wrong with the options. A worker makes no files: its primary has made them.
 */
export async function readServeOptions(
  options: ServeOptions,
  io: ServeIo,
  process: 'primary' | 'worker' = 'primary',
): Promise<ServeSetup> {
  const { policy, logLevel, decisionLog, shadowLog, pollInterval } = options;
  if (options.decisionLogAttributes !== undefined && decisionLog === undefined) {
    throw new RolebookError('usage', '`--decision-log-attributes` needs `--decision-log`');
  }
  const root = resolve(io.cwd, policy);
  if (options.database === undefined && options.git === undefined) await requireFolder(root, policy);
  const log = createLog({ level: logLevel, stream: io.stderr, format: io.isTerminal.stderr ? 'lines' : 'json' });
  if (io.ownsProcess) logWarnings(log);
  const limit = stalenessLimit(options);
  const listen = parseListenAddress(options.listen);
  const adminTokenFile = pathOf(options.adminTokenFile, io);
  const adminTokens = prepareAdminTokens(
    adminTokenFile,
    process === 'primary' && options.create === true ? 'create' : 'use',
  );
  const access = await AccessControl.open({
    listen,
    tokenFile: pathOf(options.tokenFile, io),
    adminTokenFile,
    unauthenticated: options.allowUnauthenticated === true ? 'allow' : 'refuse',
    publicAddress: options.publicUrl,
    proxyToken: options.proxyToken,
  });
  return {
    root,
    listen,
    access,
    adminTokens,
    decisionLog: decisionLog === '-' ? '-' : pathOf(decisionLog, io),
    shadowLog: shadowLog === '-' ? '-' : pathOf(shadowLog, io),
    review: pathOf(options.review, io),
    pollMs: pollInterval === undefined ? undefined : pollInterval * 1000,
    stalenessLimit: limit,
    staleness: createStaleness(limit, log),
    log,
  };
}

function prepareAdminTokens(path: string | undefined, create: 'create' | 'use'): AdminTokens {
  if (path === undefined) return { kind: 'none' };
  const isNew = create === 'create' && createTokenFile(path) === 'created';
  return { kind: isNew ? 'created' : 'given', path };
}

/** The clock that files are judged by: undefined for that of the process. */
export function judgementClockOf({ at }: Pick<ServeOptions, 'at'>): (() => number) | undefined {
  return at === undefined ? undefined : () => at;
}

export function pathOf(path: string | undefined, io: Pick<CommandIo, 'cwd'>): string | undefined {
  return path === undefined ? undefined : resolve(io.cwd, path);
}

async function requireFolder(root: string, folder: string): Promise<void> {
  const stats = await stat(root).catch(() => undefined);
  if (stats?.isDirectory() === true) return;
  const fault = stats === undefined ? `there is no folder \`${folder}\`` : `\`${folder}\` is not a folder`;
  throw new RolebookError('configuration', fault, { help: 'say where the policy is with `--policy DIR`' });
}
