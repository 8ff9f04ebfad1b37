import { startPostgres } from '../support/postgres-server.ts';
import { runChanges } from './run-changes.ts';

/*
 * `npm run changes`: ten writers make 300 changes through ten sidecars of one PostgreSQL, while these and the database are
 * killed. Each that was told is there once in the end, and the time that it took to reach the others is told.
 */
const server = await startPostgres();
try {
  const restart = async (): Promise<void> => {
    server.kill();
    await server.start();
  };
  const begunMs = Date.now();
  const run = { url: await server.createDatabase(), sidecars: 10, writers: 10, changes: 300, kills: 10, restart };
  const { acknowledged, kills, delaysMs } = await runChanges(run);
  const sorted = [...delaysMs].sort((left, right) => left - right);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? NaN;
  const seconds = ((Date.now() - begunMs) / 1000).toFixed(1);
  console.log(
    `${acknowledged} changes in ${seconds} s, ${kills} kills of sidecars, ${Math.ceil(kills / 2)} of the database`,
  );
  console.log(
    `live elsewhere after: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, at most ${at(1)} ms (${sorted.length} times)`,
  );
} finally {
  server.stop();
}
