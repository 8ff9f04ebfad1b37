import { fileURLToPath } from 'node:url';
import { runChild, startChild, type Child } from './children.ts';
import { connections } from './plan.ts';

/** Where a server listens: a port of the loopback interface, or a Unix socket. */
export type Address = { readonly port: number } | { readonly socketPath: string };

/** What one drive of some seconds gave. */
export interface Drive extends DriveCount {
  /** What the fixed piece of work took just before and after, on the mean. */
  readonly workMs: number;
  /** Microseconds of processor time that the server had for each request; undefined where the system does not tell. */
  readonly serverUs: number | undefined;
}

/** What the tool that drives tells. */
export interface DriveCount {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const wrkScript = fileURLToPath(new URL('load/wrk.lua', import.meta.url));
const autocannonLoad = fileURLToPath(new URL('load/autocannon-load.js', import.meta.url));

export async function hasWrk(): Promise<boolean> {
  return runChild('sh', ['-c', 'command -v wrk']).then(
    () => true,
    () => false,
  );
}

/** What a server is driven with. */
export interface Load {
  readonly address: Address;
  readonly path: string;
  /** The file with one body a line. */
  readonly bodies: string;
  /** Beside the type of the body. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Drives one server with the bodies of a file. */
export async function drive(tool: 'wrk' | 'autocannon', load: Load, seconds: number): Promise<DriveCount> {
  const driver = startDrive(tool, load, seconds);
  await driver.exited;
  return readCount(driver);
}

/** Starts what drives a server. */
export function startDrive(tool: 'wrk' | 'autocannon', load: Load, seconds: number): Child {
  return tool === 'wrk' && 'port' in load.address
    ? startWrk(load.address.port, load, seconds)
    : startAutocannon(load, seconds);
}

/** What a driver that has ended found. A request that failed is an error: what it measured is worth nothing. */
export function readCount(driver: Child): DriveCount {
  const line = driver.output().trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`what drives a server failed: ${driver.output().slice(-1000)}`);
  const { failed, ...result } = JSON.parse(line) as DriveCount & { failed: number };
  if (failed > 0) throw new Error(`${failed} requests failed: ${driver.output().slice(-1000)}`);
  return result;
}

function startWrk(port: number, { path, bodies, headers }: Load, seconds: number): Child {
  const url = `http://127.0.0.1:${port}${path}`;
  // wrk takes whole seconds, and `ms` not at all.
  const duration = `${Math.max(1, Math.round(seconds))}s`;
  const args = ['-t1', `-c${connections}`, `-d${duration}`, '--timeout', '60s', '--latency', '-s', wrkScript, url];
  return startChild('wrk', [...args, '--', bodies, ...Object.entries(headers).flat()]);
}

function startAutocannon({ address, path, bodies, headers }: Load, seconds: number): Child {
  const url = `http://127.0.0.1:${'port' in address ? address.port : 1}${path}`;
  const socketPath = 'socketPath' in address ? address.socketPath : undefined;
  const given = { url, socketPath, bodies, headers, connections, seconds };
  return startChild(process.execPath, [autocannonLoad, JSON.stringify(given)]);
}
