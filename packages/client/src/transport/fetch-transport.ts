import { mostAnswer, parseRetryAfter, type Incoming, type Outgoing, type Target, type Transport } from './transport.ts';

/** The way of browsers, and of every runtime that has `fetch`. */
export function fetchTransport({ url, socketPath }: Target): Transport {
  if (socketPath !== undefined) throw new TypeError('a Unix socket is reached from Node alone; give a URL');
  return {
    async send({ method, path, headers, body, end }: Outgoing): Promise<Incoming> {
      const controller = new AbortController();
      end.onOver(() => controller.abort());
      const { signal } = controller;
      const response = await fetch(`${url.origin}${path}`, {
        ...{ method, headers, signal },
        ...(body !== undefined && { body }),
        // A decision is asked anew each time, with no cookies of the page.
        ...{ cache: 'no-store', credentials: 'omit', redirect: 'error' },
      });
      const text = await response.text();
      if (text.length > mostAnswer) throw new Error('the answer is too long');
      return { status: response.status, text, retryAfter: parseRetryAfter(response.headers.get('retry-after')) };
    },
    afterThisTurn: (work) => void setTimeout(work, 0),
    close: () => undefined,
  };
}
