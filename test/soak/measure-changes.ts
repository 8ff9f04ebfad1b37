import { readFile, rm, writeFile, appendFile, mkdtemp } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { writeManyWorkspaces } from './many-workspaces.ts';
import { spawnSidecar } from './spawned-sidecar.ts';

/*
 * How long decisions wait while changes are looked at and made, and how long these take:
 * `npx tsx test/soak/measure-changes.ts [WORKSPACES] [MEMBERS EACH] [SECONDS]`.
 */

const [workspaces = 1000, membersEach = 100, seconds = 10] = process.argv.slice(2).map(Number);
const everyMs = 3;

const root = await mkdtemp(join(tmpdir(), 'rolebook-measure-changes-'));
await writeManyWorkspaces(root, workspaces, membersEach);
await letBossChange();
const token = 'token-of-who-measures-changes';
await writeFile(join(root, 'admin-tokens'), `${token}\n`, { mode: 0o600 });
const flags = ['--admin-token-file', join(root, 'admin-tokens'), '--changes', 'files', '--log-level', 'error'];
const sidecar = await spawnSidecar(root, flags);
const agents = { decisions: new Agent({ keepAlive: true, maxSockets: 4 }), changes: new Agent({ keepAlive: true }) };

try {
  console.log(`${workspaces} workspaces, ${workspaces * membersEach} members; a decision every ${everyMs} ms`);
  const first = await timed(() => preview(0));
  console.log(`the first preview: ${first.toFixed(0)} ms`);
  await askDecisions(2);
  say('decisions alone', await askDecisions(seconds));
  const isOver = new AbortController();
  const previews = repeat(isOver.signal, preview);
  say('decisions while previews run', await askDecisions(seconds));
  isOver.abort();
  say('previews', await previews);
  const isMade = new AbortController();
  const changes = repeat(isMade.signal, make);
  say('decisions while changes are made', await askDecisions(seconds));
  isMade.abort();
  say('changes', await changes);
  console.log(`memory: ${(await sidecar.residentMib()).toFixed(0)} MiB`);
} finally {
  for (const agent of Object.values(agents)) agent.destroy();
  await sidecar.stop();
  await rm(root, { recursive: true });
}

/** Who may change roles and members of the first workspaces. */
async function letBossChange(): Promise<void> {
  const path = join(root, 'roles.yaml');
  const roles = JSON.parse(await readFile(path, 'utf8')) as { permissions: Record<string, object> };
  roles.permissions['People'] = {
    'people:manage': { title: 'Manage people', controls: 'members' },
    'role:manage': { title: 'Manage roles', controls: 'roles' },
  };
  await writeFile(path, JSON.stringify(roles));
  for (let index = 0; index < 10; index += 1)
    if (index < workspaces)
      await appendFile(join(root, 'policies', `ws-${index}.yaml`), '  boss@acme.example: admin\n');
}

function editOf(turn: number): object {
  const isEven = turn % 2 === 0;
  const grants = { allow: [isEven ? 'doc:share' : 'rule:share'], disallow: [isEven ? 'rule:share' : 'doc:share'] };
  return {
    edit: 'role.change',
    workspace: `ws-${turn % Math.min(10, workspaces)}`,
    role: `role-${turn % 8}`,
    ...grants,
  };
}

async function preview(turn: number): Promise<void> {
  await call(agents.changes, '/v1/changes?preview', { actor: 'boss@acme.example', edits: [editOf(turn)] });
}

async function make(turn: number): Promise<void> {
  await call(agents.changes, '/v1/changes', { actor: 'boss@acme.example', edits: [editOf(turn)] });
}

/** Asks at a steady pace, whoever waits; how long each answer took, from when it was due. */
async function askDecisions(forSeconds: number): Promise<readonly number[]> {
  const waits: Promise<number>[] = [];
  const begin = performance.now();
  for (let turn = 0; performance.now() - begin < forSeconds * 1000; turn += 1) {
    waits.push(
      timed(async () => {
        const at = turn % workspaces;
        const asked = { subject: `user-${at}-1@acme.example`, workspace: `ws-${at}`, permission: 'doc:read' };
        const { decision } = (await call(agents.decisions, '/v1/enforce', asked)) as { decision: boolean };
        if (!decision) throw new Error('a decision is wrong');
      }),
    );
    await pause(everyMs);
  }
  return Promise.all(waits);
}

async function repeat(signal: AbortSignal, work: (turn: number) => Promise<void>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 1; !signal.aborted; turn += 1) times.push(await timed(() => work(turn)));
  return times;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function say(what: string, times: readonly number[]): void {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  console.log(`${what}: ${times.length}, median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms`);
}

function call(agent: Agent, path: string, body: object): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const asked = request({ port: sidecar.port, host: '127.0.0.1', method: 'POST', path, headers, agent });
    asked.on('error', reject);
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const isRight = response.statusCode === 200;
        // A long answer is not read here: this process would be what keeps decisions waiting.
        if (isRight && agent === agents.changes) resolve(undefined);
        else if (isRight) resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        else reject(new Error(`${path}: ${response.statusCode ?? 0} ${Buffer.concat(chunks).toString('utf8')}`));
      });
    });
    asked.end(JSON.stringify(body));
  });
}
