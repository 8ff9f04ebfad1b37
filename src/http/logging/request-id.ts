import type { IncomingHttpHeaders } from 'node:http';

// What such ids are made of everywhere, so that none has to be written in another way, nor fills the log.
const plainId = /^[\w.:/+=@~-]{1,128}$/;
// W3C Trace Context: version, trace, parent, flags.
const traceParent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The id that a caller gave its request: that of `X-Request-Id`, else the trace of `traceparent`. One that is odd is none. */
export function readRequestId(headers: IncomingHttpHeaders): string | undefined {
  const named = headers['x-request-id'];
  if (typeof named === 'string' && plainId.test(named)) return named;
  const traced = headers['traceparent'];
  return typeof traced === 'string' ? traceParent.exec(traced)?.[1] : undefined;
}
