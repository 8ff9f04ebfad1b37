import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { get } from './ask.ts';
import { startChild, type Child } from './children.ts';
import type { Address } from './drive.ts';

/** A server that answers, and how long it took to. */
export interface Server {
  readonly address: Address;
  readonly child: Child;
  readonly readyMs: number;
}

/** A server that did not become ready. */
export class FailedStart extends Error {
  readonly output: string;

  constructor(command: string, output: string) {
    super(`${command} did not become ready: ${output.slice(-1000)}`);
    this.output = output;
  }
}

export const repository = fileURLToPath(new URL('..', import.meta.url));
export const rolebook = join(repository, 'bin/rolebook.js');
export const cerbosBinary = fileURLToPath(
  new URL('node_modules/@cerbos/cerbos-linux-x64/cerbos-linux-x64', import.meta.url),
);

export async function startBare(answers: readonly string[], socketPath?: string): Promise<Server> {
  const address = socketPath === undefined ? { port: await findPort() } : { socketPath };
  const listen = 'port' in address ? `${address.port}` : address.socketPath;
  const script = fileURLToPath(new URL('servers/ceiling.js', import.meta.url));
  return startAndWait(process.execPath, [script, listen, ...answers], address, (child) => isListening(child));
}

export async function startExpressCasbin(model: string, policy: string, mostMs: number): Promise<Server> {
  const port = await findPort();
  const script = fileURLToPath(new URL('servers/express-casbin.js', import.meta.url));
  return startAndWait(process.execPath, [script, `${port}`, model, policy], { port }, isListening, mostMs);
}

/** A built command line, this repository's own or another. `flags` may turn on what costs. */
export async function startRolebook(
  root: string,
  flags: readonly string[] = [],
  { socketPath, program = rolebook }: { readonly socketPath?: string; readonly program?: string } = {},
): Promise<Server> {
  const address = socketPath === undefined ? { port: await findPort() } : { socketPath };
  const listen = 'port' in address ? `127.0.0.1:${address.port}` : `unix:${address.socketPath}`;
  const args = [program, 'serve', '--policy', root, '--listen', listen, ...flags];
  return startAndWait(process.execPath, args, address, () => answers(address, '/readyz'));
}

export async function startCerbos(folder: string): Promise<Server> {
  const [port, grpcPort] = [await findPort(), await findPort()];
  const settings = [
    `server.httpListenAddr=127.0.0.1:${port}`,
    `server.grpcListenAddr=127.0.0.1:${grpcPort}`,
    'storage.driver=disk',
    `storage.disk.directory=${folder}`,
    'storage.disk.watchForChanges=false',
    'telemetry.disabled=true',
  ];
  // By default it logs each request; without that it is more than twice as fast, so that is what it is held to.
  const args = ['server', '--log-level=error', ...settings.map((setting) => `--set=${setting}`)];
  return startAndWait(cerbosBinary, args, { port }, () => answers({ port }, '/_cerbos/health'));
}

async function startAndWait(
  command: string,
  args: readonly string[],
  address: Address,
  isReady: (child: Child) => Promise<boolean>,
  mostMs = 120_000,
): Promise<Server> {
  const startedAt = performance.now();
  const child = startChild(command, args);
  const exit = { isKnown: false };
  const onExit = (): void => void (exit.isKnown = true);
  void child.exited.then(onExit, onExit);
  while (!(await isReady(child))) {
    const isLate = performance.now() - startedAt > mostMs;
    if (isLate) await child.stop();
    if (isLate || exit.isKnown) throw new FailedStart(command, child.output());
    // Asked more often, it would spend a tenth of its time on answering that it is not ready.
    await sleep(10);
  }
  return { address, child, readyMs: performance.now() - startedAt };
}

function answers(address: Address, path: string): Promise<boolean> {
  return get(address, path).then(
    () => true,
    () => false,
  );
}

function isListening(child: Child): Promise<boolean> {
  return Promise.resolve(child.output().includes('listening'));
}

/** A port that is free now. */
function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
