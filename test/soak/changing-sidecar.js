// A sidecar of a database as far as changes go: takes one a line on stdin, and says on stdout what came of it, and when
// which state of the database became live here.
import { createInterface } from 'node:readline';
import { DatabaseChangeDesk } from '../../dist/store/database/changes/database-change-desk.js';
import { databaseChangeWorker } from '../../dist/store/database/changes/database-change-worker.js';
import { DatabaseUrl } from '../../dist/store/database/database-url.js';
import { LiveDatabase } from '../../dist/store/database/following/live-database.js';

const url = new DatabaseUrl(process.argv[2] ?? '', 'argv');
const live = new LiveDatabase(url, { cwd: '/' });
const desk = new DatabaseChangeDesk(live, databaseChangeWorker(url, { cwd: '/' }));
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

live.onApplied(() => say({ live: live.state?.sequence, atMs: Date.now() }));
await live.start().catch(() => undefined);
say({ ready: true });

for await (const line of createInterface({ input: process.stdin })) {
  const { id, asked } = JSON.parse(line);
  void desk.ask(asked).then(
    (answer) => say({ id, answer, atMs: Date.now() }),
    (error) => say({ id, error: String(error) }),
  );
}
process.exit();
