import { NodeHttp } from './node-http.ts';
import { PlainConnections } from './plain-connections.ts';
import { unusual } from './plain-answer.ts';
import type { Incoming, Outgoing, Target, Transport } from './transport.ts';

/** So many connections stand at once; more calls wait for one of them. */
const mostConnections = 64;

/**
 * The way of Node: connections that are kept, over TCP, TLS or a Unix socket. A sidecar is asked by what reads its one form of an
 * answer; what has another form, as that of a proxy, is asked once more by Node's own client, and so is everything after it.
 */
export function nodeTransport(target: Target): Transport {
  const prefix = target.kind === 'url' ? target.prefix : '';
  const isSecure = target.kind === 'url' && target.origin.startsWith('https:');
  const plain = new PlainConnections(target, mostConnections);
  const whole = new NodeHttp(target, mostConnections);
  let isPlain = !isSecure;
  return {
    send(request: Outgoing): Promise<Incoming> {
      const outgoing = prefix === '' ? request : { ...request, path: `${prefix}${request.path}` };
      if (!isPlain) return whole.send(outgoing);
      return plain.send(outgoing).then((found) => {
        if (found !== unusual) return found;
        isPlain = false;
        plain.close();
        return whole.send(outgoing);
      });
    },
    afterThisTurn: (work) => void Promise.resolve().then(() => process.nextTick(work)),
    close: () => {
      plain.close();
      whole.close();
    },
  };
}
