import { startPostgres } from '../support/postgres-server.ts';
import { runToggles } from './run-toggles.ts';

/*
 * `npm run toggles`: a role is changed a hundred times in ten sidecars of one PostgreSQL in turn, while each is asked for
 * decisions. Told is how long it took until the others decided by it, and which decisions failed or were wrong.
 */
const server = await startPostgres();
try {
  const found = await runToggles(await server.createDatabase(), 10, 100);
  const sorted = [...found.delaysMs].sort((left, right) => left - right);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? NaN;
  console.log(
    `${found.changes} changes, ${found.decisions} decisions, ${found.failed.length} failed, ${found.wrong.length} wrong`,
  );
  console.log(`effective elsewhere after: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, at most ${at(1)} ms`);
  for (const line of [...found.failed, ...found.wrong].slice(0, 10)) console.log(line);
  if (found.failed.length + found.wrong.length > 0 || at(1) > 1000) process.exitCode = 1;
} finally {
  server.stop();
}
