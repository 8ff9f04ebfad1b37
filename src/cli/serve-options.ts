import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AccessControl } from '../http/access-control.ts';
import type { Staleness, StalenessLimit, StaleRule } from '../http/staleness.ts';
import { type ListenAddress, parseListenAddress } from '../http/listen-address.ts';
import { createLog, type Logger, type LogLevel } from '../http/log.ts';
import { RolebookError } from '../policy/errors.ts';
import type { DatabaseUrl } from '../store/database/database-url.ts';
import type { CommandIo } from './command-io.ts';
import { createStaleness, stalenessLimit } from './staleness-options.ts';

/** As written on the command line. */
export interface ServeOptions {
  readonly policy: string;
  /** `-`: the variable has it. */
  readonly database?: DatabaseUrl | '-';
  readonly listen: string;
  readonly workers: number;
  readonly tokenFile?: string;
  readonly adminTokenFile?: string;
  readonly allowUnauthenticated?: true;
  readonly decisionLog?: string;
  readonly logLevel: LogLevel;
  readonly pollInterval?: number;
  /** A folder, as written. */
  readonly cache?: string;
  readonly cacheKeyFile?: string;
  /** In milliseconds. */
  readonly maxStaleness?: number;
  readonly whenStale?: StaleRule;
}

/** What every process of the sidecar works with. */
export interface ServeSetup {
  /** The policy folder; with a database nobody looks into it. */
  readonly root: string;
  readonly listen: ListenAddress;
  readonly access: AccessControl;
  /** `-` or a path; undefined: decisions are not logged. */
  readonly decisionLog: string | undefined;
  readonly pollMs: number | undefined;
  readonly stalenessLimit: StalenessLimit | undefined;
  readonly staleness: Staleness;
  readonly log: Logger;
}

/** Throws a RolebookError for whatever is wrong with the options. */
export async function readServeOptions(options: ServeOptions, io: CommandIo): Promise<ServeSetup> {
  const { policy, logLevel, decisionLog, pollInterval } = options;
  const root = resolve(io.cwd, policy);
  if (options.database === undefined) await requireFolder(root, policy);
  const log = createLog({ level: logLevel, stream: io.stderr, format: io.isTerminal.stderr ? 'lines' : 'json' });
  const limit = stalenessLimit(options);
  const listen = parseListenAddress(options.listen);
  const access = await AccessControl.open({
    listen,
    tokenFile: pathOf(options.tokenFile, io),
    adminTokenFile: pathOf(options.adminTokenFile, io),
    unauthenticated: options.allowUnauthenticated === true ? 'allow' : 'refuse',
  });
  return {
    root,
    listen,
    access,
    decisionLog: decisionLog === '-' ? '-' : pathOf(decisionLog, io),
    pollMs: pollInterval === undefined ? undefined : pollInterval * 1000,
    stalenessLimit: limit,
    staleness: createStaleness(limit, log),
    log,
  };
}

export function pathOf(path: string | undefined, io: CommandIo): string | undefined {
  return path === undefined ? undefined : resolve(io.cwd, path);
}

async function requireFolder(root: string, folder: string): Promise<void> {
  const stats = await stat(root).catch(() => undefined);
  if (stats?.isDirectory() === true) return;
  const fault = stats === undefined ? `there is no folder \`${folder}\`` : `\`${folder}\` is not a folder`;
  throw new RolebookError('configuration', fault, { help: 'say where the policy is with `--policy DIR`' });
}
