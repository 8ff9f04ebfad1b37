/*
 * Decides by the library, and asks a sidecar of its own by the client of Node and by that of pages, all built before: a first
 * policy of `rolebook init`, on the Node that runs this. Ends with another code than 0 where any answer is another one.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPolicy } from '../dist/bundle/rolebook/library.js';
import { createClient as createInPage } from '../packages/client/dist/browser.js';
import { createClient, RefusedError, UnavailableError } from '../packages/client/dist/node.js';

const program = fileURLToPath(new URL('../bin/rolebook.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rolebook-node-'));
const access = join(folder, 'access');
const question = { subject: 'bo@example.com', workspace: 'support', permission: 'conversation:assign' };
const denied = { ...question, subject: 'dara@example.com' };

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function askBy(client) {
  assert.deepEqual(await Promise.all([client.can(question), client.can(denied)]), [true, false]);
  const { decision, reason } = await client.enforce(denied, { explain: true });
  assert.deepEqual([decision, reason.code], [false, 'not-granted']);
  assert.equal((await client.permissions(question.subject, { workspace: 'support' })).permissions.length > 5, true);
  await assert.rejects(client.can({ ...question, subject: '' }), RefusedError);
}

try {
  execFileSync(process.execPath, [program, 'init', access], { stdio: 'ignore' });
  const engine = await loadPolicy(access, { now: () => Date.parse('2026-06-01T09:00:00Z') });
  assert.deepEqual([engine.decide(question), engine.decide(denied), engine.decide(question)], [true, false, true]);
  assert.equal(engine.explain(question).reason.role, 'team-lead');
  await engine.close();

  const url = `http://127.0.0.1:${await freePort()}`;
  const words = [program, 'serve', '--policy', access, '--listen', url.slice('http://'.length)];
  const sidecar = spawn(process.execPath, words, { stdio: 'ignore' });
  const client = createClient({ url, timeoutMs: 30_000 });
  try {
    await askBy(client);
    await askBy(createInPage({ url, timeoutMs: 30_000 }));
  } finally {
    sidecar.kill('SIGKILL');
    await once(sidecar, 'close');
  }
  await assert.rejects(client.can(question, { timeoutMs: 200 }), UnavailableError);
  client.close();
  console.log(`Node ${process.version} decides, serves and asks`);
} finally {
  rmSync(folder, { recursive: true });
}
