import { nodeHttp } from './node-http.ts';
import { plainConnections } from './plain-connections.ts';
import { unusual } from './plain-answer.ts';
import type { Target, Transport } from './transport.ts';

/** So many connections stand at once; more calls wait for one of them. */
const mostConnections = 64;

/**
 * The way of Node: connections that are kept, over TCP, TLS or a Unix socket. A sidecar is asked by what reads its one form of an
 * answer; what has another form, as that of a proxy, is asked once more by Node's own client, and so is everything after it.
 */
export function nodeTransport(target: Target): Transport {
  const plain = plainConnections(target, mostConnections);
  const whole = nodeHttp(target, mostConnections);
  let isPlain = target.url.protocol === 'http:';
  return {
    async send(request) {
      if (isPlain) {
        const found = await plain.send(request);
        if (found !== unusual) return found;
        isPlain = false;
        plain.close();
      }
      return whole.send(request);
    },
    afterThisTurn: (work) => void Promise.resolve().then(() => process.nextTick(work)),
    close() {
      plain.close();
      whole.close();
    },
  };
}
