import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { formatDatabaseRevision } from '../../src/policy/database-revision.ts';
import { AccessControl } from '../../src/http/access/access-control.ts';
import { parseListenAddress } from '../../src/http/access/listen-address.ts';
import { createWriteFaultLog } from '../../src/http/logging/write-fault-log.ts';
import type { ChangeBudget } from '../../src/store/live/change-budget.ts';
import type { ChangeDesk } from '../../src/store/changes/asked-change.ts';
import { createLog, type Logger } from '../../src/http/logging/log.ts';
import { describeHealth } from '../../src/http/status/policy-document.ts';
import { startSidecar, type SidecarOptions } from '../../src/http/sidecar.ts';
import type { Database } from '../../src/store/database/database.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { Fleet } from '../../src/store/database/following/fleet.ts';
import { WriteFaults } from '../../src/store/database/following/write-faults.ts';
import { LiveDatabase } from '../../src/store/database/following/live-database.ts';
import { migrateDatabase } from '../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { publishRelease, type Publication } from '../../src/store/database/releases/publish-release.ts';
import type { ReadFile } from '../../src/store/database/releases/release.ts';
import { createAdminTokenFile } from '../support/admin-token.ts';
import { databaseDeskInThisProcess } from './desks-here.ts';
import { MemoryStream } from './memory-stream.ts';
import { type Call, type Reply, type Silence, judgingBy, send, withAdmin } from './running-sidecar.ts';

/** Publishes files as `rolebook publish` does, and answers the revision that it tells. `statement` spoils it. */
export async function publish(
  url: string,
  texts: Readonly<Record<string, string>>,
  statement?: string,
  more: Pick<Publication, 'endMemberships' | 'restores'> = {},
): Promise<string> {
  const files: ReadFile[] = Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const { policy, problems } = compilePolicy(files, Date.now());
  if (!policy) assert.fail(problems.map(({ message }) => message).join('\n'));
  const database = await openDatabase(new DatabaseUrl(url, '--database'), 'write', '/');
  try {
    await migrateDatabase(database);
    const write: Database['write'] = (work) =>
      database.write(async (manager) => {
        const result = await work(manager);
        if (statement !== undefined) await manager.query(statement);
        return result;
      });
    const publication = { policy, files, commit: undefined, author: 'ana', now: Date.now, ...more };
    const { release, state } = await publishRelease({ url: database.url, write }, publication);
    return formatDatabaseRevision(release.revision, state);
  } finally {
    await database.close();
  }
}

/** A real sidecar of a real database on a real port, with a plain HTTP client. */
export interface DatabaseSidecar {
  readonly address: string;
  readonly live: LiveDatabase;
  readonly logged: MemoryStream;
  call(path: string, call?: Call): Promise<Reply>;
  put(path: string, body: object, headers?: Record<string, string>): Promise<Reply>;
  remove(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** Whether `POST /v1/enforce` allows it. */
  allows(subject: string, permission: string, more?: object): Promise<boolean>;
  dispose(): Promise<void>;
}

export interface DatabaseSidecarSetup {
  readonly tokenFile?: string;
  readonly adminTokenFile?: string;
  /** `own`, unless there are token files: it has an admin token, which calls that change something send. */
  readonly adminTokens?: 'own' | 'none';
  readonly unauthenticated?: 'refuse' | 'allow';
  readonly id?: string;
  /** How much of what was asked last a new policy may change. */
  readonly maxChanged?: string;
  readonly silence?: Silence;
  readonly now?: () => number;
  /** Whether its policy is changed over HTTP; judged in this process. */
  readonly isChanged?: boolean;
  /** What decides in place of the database alone, and where it is changed. */
  readonly followed?: {
    readonly live: LiveDatabase;
    readonly desk: ChangeDesk & { close(): Promise<void> };
    readonly close: () => Promise<void>;
    /** What that is judged by. */
    readonly judging?: SidecarOptions['budget'];
  };
}

const open = new Set<DatabaseSidecar>();

/** For `after`: stops what a failed test left running. */
export async function disposeDatabaseSidecars(): Promise<void> {
  for (const running of open) await running.dispose();
}

async function startLive(url: DatabaseUrl, log: Logger, budget?: ChangeBudget): Promise<LiveDatabase> {
  const writeFaults = new WriteFaults('memberships', createWriteFaultLog(log));
  const live = new LiveDatabase(url, { cwd: '/', writeFaults, budget });
  await live.start();
  return live;
}

export async function runDatabaseSidecar(url: string, setup: DatabaseSidecarSetup = {}): Promise<DatabaseSidecar> {
  const { id = 'one', now, tokenFile, adminTokens, unauthenticated = 'refuse' } = setup;
  const logged = new MemoryStream();
  const log = createLog({ level: 'info', stream: logged, format: 'json' });
  const listen = parseListenAddress('127.0.0.1:0');
  const hasNone = tokenFile === undefined && setup.adminTokenFile === undefined && adminTokens !== 'none';
  const own = hasNone ? await createAdminTokenFile() : undefined;
  const adminTokenFile = own?.path ?? setup.adminTokenFile;
  const access = await AccessControl.open({ listen, unauthenticated, tokenFile, adminTokenFile });
  const databaseUrl = new DatabaseUrl(url, '--database');
  const judging = setup.followed?.judging ?? judgingBy(setup.maxChanged, setup.silence);
  const live = setup.followed?.live ?? (await startLive(databaseUrl, log, judging?.budget));
  const identity = { id, host: 'box', pid: process.pid, version: '1.2.3', startedAt: new Date() };
  const fleet = new Fleet(live.connection, identity, () => describeHealth(live), createWriteFaultLog(log));
  const here = setup.isChanged === true ? databaseDeskInThisProcess(databaseUrl, live, judging?.budget) : undefined;
  const desk = setup.followed?.desk ?? here;
  const sidecar = await startSidecar({
    ...{ live, database: live, fleet, listen, access, log, budget: judging },
    ...(desk && { changes: desk }),
    ...(now && { now }),
  });
  fleet.start();
  const { address } = sidecar;
  const call = (path: string, what: Call = {}): Promise<Reply> => send(address, path, own ? withAdmin(what) : what);
  const running: DatabaseSidecar = {
    address,
    live,
    logged,
    call,
    put: (path, body, headers = {}) => call(path, { method: 'PUT', body, headers }),
    remove: (path, headers = {}) => call(path, { method: 'DELETE', headers }),
    allows: async (subject, permission, more = {}) => {
      const body = { subject, workspace: 'support', permission, ...more };
      const reply = await call('/v1/enforce', { method: 'POST', body });
      assert.equal(reply.status, 200, reply.text);
      return (reply.json as { decision: boolean }).decision;
    },
    dispose: async () => {
      open.delete(running);
      await sidecar.stop();
      await fleet.close();
      if (setup.followed) await setup.followed.close();
      else await desk?.close();
      await live.close();
      await own?.dispose();
    },
  };
  open.add(running);
  return running;
}
