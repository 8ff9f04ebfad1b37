import { fileURLToPath } from 'node:url';
import { runChild } from './children.ts';
import { connections } from './plan.ts';

/** Where a server listens: a port of the loopback interface, or a Unix socket. */
export type Address = { readonly port: number } | { readonly socketPath: string };

/** What one drive of some seconds gave. */
export interface Drive {
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

/** Drives one server with the bodies of a file. A request that fails is an error: what it measures is worth nothing. */
export async function drive(
  tool: 'wrk' | 'autocannon',
  target: { readonly address: Address; readonly path: string; readonly bodies: string },
  seconds: number,
): Promise<Drive> {
  const output = await (tool === 'wrk' && 'port' in target.address
    ? runWrk(target.address.port, target, seconds)
    : runAutocannon(target, seconds));
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const { failed, ...result } = JSON.parse(line) as Drive & { failed: number };
  if (failed > 0) throw new Error(`${failed} requests to ${JSON.stringify(target.address)}${target.path} failed`);
  return result;
}

function runWrk(port: number, target: { path: string; bodies: string }, seconds: number): Promise<string> {
  const url = `http://127.0.0.1:${port}${target.path}`;
  // wrk takes whole seconds, and `ms` not at all.
  const duration = `${Math.max(1, Math.round(seconds))}s`;
  const args = ['-t1', `-c${connections}`, `-d${duration}`, '--timeout', '60s', '--latency', '-s', wrkScript, url];
  return runChild('wrk', [...args, '--', target.bodies]);
}

function runAutocannon(target: { address: Address; path: string; bodies: string }, seconds: number): Promise<string> {
  const { address, path, bodies } = target;
  const url = `http://127.0.0.1:${'port' in address ? address.port : 1}${path}`;
  const socketPath = 'socketPath' in address ? address.socketPath : undefined;
  return runChild(process.execPath, [
    autocannonLoad,
    JSON.stringify({ url, socketPath, bodies, connections, seconds }),
  ]);
}
