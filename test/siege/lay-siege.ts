import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AttackReport } from './attack.ts';
import { BesiegedSidecar } from './besieged-sidecar.ts';
import { fileAttacks, plantRepository, secretText } from './file-attacks.ts';
import type { ClientReport } from './good-client.ts';
import { watchOthers } from './other-callers.ts';
import { writeSiegePolicy } from './siege-policy.ts';

export interface SiegeOptions {
  readonly workers: number;
  readonly quietMs: number;
  readonly siegeMs: number;
  readonly afterMs: number;
  readonly say: (text: string) => void;
}

export interface SiegeResult {
  /** What the good client saw before, during and after. */
  readonly quiet: ClientReport;
  /**
   * What it saw while the same attackers were at another sidecar of the same machine: what they take of its processors is
   * in this, and not the sidecar's doing.
   */
  readonly elsewhere: ClientReport;
  readonly besieged: ClientReport;
  readonly after: ClientReport;
  readonly attacks: readonly AttackReport[];
  readonly mostMib: number;
  /** From the end of the attacks until a new connection is answered by the policy in the files. */
  readonly healedMs: number;
  /** How many times a role was taken away or given back in the files, and how long each took to be in effect. */
  readonly editMs: readonly number[];
  readonly hasLeaked: boolean;
  readonly hasRunCommands: boolean;
  readonly replacedWorkers: number;
  readonly end: { readonly tookMs: number; readonly exitCode: number | null | 'still there' };
}

/** Longer than any end that was promised. */
const endMs = 30_000;

/** One sidecar, one good client, and everybody else at once. */
export async function laySiege(options: SiegeOptions): Promise<SiegeResult> {
  const folder = await mkdtemp(join(tmpdir(), 'rolebook-siege-'));
  const [root, secret, canary] = [join(folder, 'access'), join(folder, 'secret'), join(folder, 'ran')];
  await writeFile(secret, `${secretText}\n`);
  await writeSiegePolicy(root);
  commitAll(folder);
  await plantRepository(root, canary);
  const flags = ['--admin-token-file', join(folder, 'admin'), '--create'];
  if (options.workers > 1) flags.push('--workers', String(options.workers));
  const sidecar = await BesiegedSidecar.start(root, folder, flags);
  const client = startProcess('good-client.ts', [String(sidecar.port)]);
  try {
    const told = await withSidecar(options, { sidecar, client, folder, root, secret, flags });
    const hasRunCommands = await access(canary).then(
      () => true,
      () => false,
    );
    return { ...told, hasRunCommands };
  } finally {
    client.disconnect();
    sidecar.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Parts {
  readonly sidecar: BesiegedSidecar;
  readonly client: ChildProcess;
  readonly folder: string;
  readonly flags: readonly string[];
  readonly root: string;
  readonly secret: string;
}

async function withSidecar(
  { workers, quietMs, siegeMs, afterMs, say }: SiegeOptions,
  parts: Parts,
): Promise<Omit<SiegeResult, 'hasRunCommands'>> {
  const { sidecar, client, root, secret } = parts;
  await pause(quietMs / 2);
  // What came first was warming up.
  await reportOf(client);
  await pause(quietMs);
  const quiet = await reportOf(client);
  say(`undisturbed: ${describe(quiet)}`);

  const elsewhere = await seeElsewhere(quietMs, parts);
  say(`with another sidecar attacked: ${describe(elsewhere)}`);

  const over = new AbortController();
  const storm = startStorm(sidecar.port, siegeMs);
  const seen = { tries: 0, breaches: [] as string[] };
  const strangeFiles = fileAttacks(root, secret);
  const filesDone = strangeFiles.run({ port: sidecar.port, over: over.signal, seen });
  const others = watchOthers({ sidecar, client: () => reportPort, root, workers, siegeMs, over: over.signal });
  let reportPort = quiet.localPort;
  await pause(siegeMs);
  const besieged = await reportOf(client);
  reportPort = besieged.localPort;
  say(`besieged: ${describe(besieged)}`);

  const attacks = await new Promise<AttackReport[]>((resolve) => {
    storm.once('message', (reports) => resolve(reports as AttackReport[]));
    storm.send('over');
  });
  over.abort();
  const overMs = performance.now();
  await filesDone;
  const { mostMib, editMs, hasLeaked, replacedWorkers, heal, tell } = await others;
  const healedMs = (await heal()) - overMs;
  if (healedMs > 10_000) say(`not well: ${await tell()}\n${sidecar.output.slice(-3000)}`);
  await pause(Math.max(0, 10_000 - healedMs));
  await reportOf(client);
  await pause(afterMs);
  const after = await reportOf(client);
  say(`after: ${describe(after)}`);
  const end = await sidecar.stop(endMs);
  const fileReport = { name: strangeFiles.name, tries: seen.tries, breaches: seen.breaches };
  return {
    quiet,
    elsewhere,
    besieged,
    after,
    attacks: [...attacks, fileReport],
    mostMib,
    healedMs,
    editMs,
    hasLeaked: hasLeaked || sidecar.output.includes(secretText),
    replacedWorkers,
    end,
  };
}

/** The same attackers, but for the files, at another sidecar of this machine. */
async function seeElsewhere(forMs: number, { client, folder, flags }: Parts): Promise<ClientReport> {
  const other = join(folder, 'other');
  await writeSiegePolicy(join(other, 'access'));
  const decoy = await BesiegedSidecar.start(join(other, 'access'), other, flags);
  const storm = startStorm(decoy.port, forMs);
  try {
    await pause(Math.min(forMs, 3000));
    await reportOf(client);
    await pause(forMs);
    return await reportOf(client);
  } finally {
    storm.kill();
    decoy.dispose();
  }
}

function startStorm(port: number, forMs: number): ChildProcess {
  const storm = startProcess('storm.ts', [String(port), String(forMs + 60_000)]);
  // Strangers have machines of their own: what theirs takes of this one's processors is no part of the attack.
  setPriority(storm.pid ?? 0, 19);
  return storm;
}

// The policy lies in a real repository, so that git is asked at every reload.
function commitAll(folder: string): void {
  const git = (...args: string[]): Buffer => execFileSync('git', ['-C', folder, ...args]);
  git('init', '--quiet');
  git('add', 'access');
  git('-c', 'user.name=n', '-c', 'user.email=n@acme.example', 'commit', '--quiet', '-m', 'the policy');
}

function startProcess(file: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx/esm', path, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function reportOf(client: ChildProcess): Promise<ClientReport> {
  return new Promise((resolve, reject) => {
    client.once('message', (report) => resolve(report as ClientReport));
    client.once('exit', () => reject(new Error('the good client has ended')));
    client.send('report');
  });
}

function describe({ asked, failed, wrong, connections, p50Ms, p99Ms, worstMs, notes }: ClientReport): string {
  const times = `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, worst ${worstMs.toFixed(1)} ms`;
  const notesText = notes.length === 0 ? '' : `; ${notes.join('; ')}`;
  return `${asked} asked, ${failed} failed, ${wrong} wrong, ${connections} connections; ${times}${notesText}`;
}
