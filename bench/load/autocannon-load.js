import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

// Does what wrk.lua does, also over a Unix socket, and writes the same line.
const { url, socketPath, bodies, headers: more, connections, seconds } = JSON.parse(process.argv[2]);
const headers = { 'content-type': 'application/json', ...more };
const lines = readFileSync(bodies, 'utf8').trimEnd().split('\n');
const result = await autocannon({
  url,
  ...(socketPath === undefined ? {} : { socketPath }),
  connections,
  duration: seconds,
  sampleInt: 100,
  method: 'POST',
  requests: lines.map((body) => ({ method: 'POST', headers, body })),
});
const { latency, errors, timeouts, non2xx, duration } = result;
const requests = result.requests.total;
const perSecond = requests / duration;
const failed = errors + timeouts + non2xx;
console.log(JSON.stringify({ requests, perSecond, p50Us: latency.p50 * 1000, p99Us: latency.p99 * 1000, failed }));
