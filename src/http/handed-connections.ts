import type { Worker } from 'node:cluster';

interface Handle {
  close(): void;
}

/** Who was given each connection last: one that refused it may not close it under the next. */
const holders = new WeakMap<Handle, Worker>();

/**
 * Watches the connections that Node's cluster hands to a worker; the result closes the one that a worker had on the
 * way when it ended. Node would wait for that worker's word, and the client for ever.
 */
export function watchHandedConnections(worker: Worker): () => void {
  const { process } = worker;
  const send = process.send.bind(process) as (...given: readonly unknown[]) => boolean;
  let last: Handle | undefined;
  const watchingSend = (...given: readonly unknown[]): boolean => {
    const [, handle] = given;
    if (isHandle(handle)) {
      last = handle;
      holders.set(handle, worker);
    }
    return send(...given);
  };
  Object.assign(process, { send: watchingSend });
  return () => {
    // What the worker had taken is closed here long since, and closing it again does nothing.
    if (last !== undefined && holders.get(last) === worker) last.close();
  };
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';
}
