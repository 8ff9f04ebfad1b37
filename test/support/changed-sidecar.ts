import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import type { Database } from '../../src/store/database/database.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { readState } from '../../src/store/database/members/read-changes.ts';
import { ReleaseFiles } from '../../src/store/database/releases/release-files.ts';
import { runDatabaseSidecar, publish } from './database-sidecar.ts';
import { textsBelow } from '../store/writing/policy-writer.ts';
import { createGitPolicy } from './git-policy.ts';
import { followBranchDatabase } from './branch-database.ts';
import { followBranch } from './followed-branch.ts';
import { PushedPolicy } from './pushed-policy.ts';
import type { MemoryStream } from './memory-stream.ts';
import { judgingBy, runSidecar, type Call, type Reply, type Silence } from './running-sidecar.ts';
import { testDatabases } from './test-databases.ts';

/** Where changes over HTTP are written. */
export type ChangedPlace = 'files' | 'commit' | 'push' | 'sqlite' | 'postgres' | 'push beside sqlite';

/** A real sidecar whose policy is changed over HTTP, wherever that lives; judged in this process. */
export interface ChangedSidecar {
  readonly place: ChangedPlace;
  readonly logged: MemoryStream;
  call(path: string, call?: Call): Promise<Reply>;
  enforce(body: unknown): Promise<Reply>;
  /** The file as it is by now, where the policy lives. */
  textOf(path: string): Promise<string>;
  /** Writes the file where the policy lives, as somebody does without the sidecar, which is not told. */
  put(path: string, text: string): Promise<void>;
  /** Of a branch elsewhere: merges one that was proposed, as a review does in the end. */
  merge?(branch: string): void;
  /** All that is there by now, to compare. */
  everything(): Promise<unknown>;
  dispose(): Promise<void>;
}

export interface ChangedOptions {
  /** In place of a token of its own. */
  readonly adminTokenFile?: string;
  readonly maxChanged?: string;
  readonly silence?: Silence;
}

export async function runChangedSidecar(
  place: ChangedPlace,
  files: Record<string, string>,
  options: ChangedOptions = {},
): Promise<ChangedSidecar> {
  if (place === 'sqlite' || place === 'postgres') return runOnDatabase(place, files, options);
  if (place === 'push beside sqlite') return runOnBranchBesideDatabase(files, options);
  if (place === 'push') return runOnBranch(files, options);
  const repository = place === 'commit' ? await createGitPolicy(files) : undefined;
  repository?.commit('First');
  const running = await runSidecar({
    files,
    isChanged: true,
    ...options,
    ...(repository && { root: repository.root, writing: { kind: 'commit' } as const }),
  });
  const root = repository?.root ?? running.folder.root;
  return {
    place,
    logged: running.logged,
    call: (path, call) => running.call(path, call),
    enforce: (body) => running.enforce(body),
    textOf: (path) => readFile(join(root, path), 'utf8'),
    put: async (path, text) => {
      await writeFile(join(root, path), text);
      repository?.commit('By hand');
    },
    everything: () => Promise.resolve(textsBelow(root)),
    dispose: async () => {
      await running.dispose();
      await repository?.dispose();
    },
  };
}

async function runOnBranch(
  files: Record<string, string>,
  { maxChanged, silence, ...options }: ChangedOptions,
): Promise<ChangedSidecar> {
  const policy = await PushedPolicy.create(files);
  const judging = judgingBy(maxChanged, silence);
  const { live, desk, close } = followBranch(policy, 'clone', 'here', judging?.budget);
  await live.reload('start');
  const running = await runSidecar({ live, changes: desk, budget: judging, ...options });
  return {
    place: 'push',
    logged: running.logged,
    call: (path, call) => running.call(path, call),
    enforce: (body) => running.enforce(body),
    textOf: (path) => Promise.resolve(policy.read(path)),
    put: (path, text) => Promise.resolve(void policy.pushByHand(path, () => text)),
    merge: (branch) => void policy.git('update-ref', 'refs/heads/main', `refs/heads/${branch}`),
    everything: () => Promise.resolve(policy.git('for-each-ref')),
    dispose: async () => {
      await running.dispose();
      await close();
      await policy.dispose();
    },
  };
}

async function runOnBranchBesideDatabase(
  files: Record<string, string>,
  { maxChanged, silence, ...options }: ChangedOptions,
): Promise<ChangedSidecar> {
  const policy = await PushedPolicy.create(files);
  const judging = judgingBy(maxChanged, silence);
  const url = `sqlite:${join(policy.cache, 'rows.db')}`;
  const { live, desk, close } = await followBranchDatabase(policy, url, 'clone', judging?.budget);
  const running = await runDatabaseSidecar(url, { ...options, followed: { live, desk, close, judging } });
  return {
    place: 'push beside sqlite',
    logged: running.logged,
    call: (path, call) => running.call(path, call),
    enforce: (body) => running.call('/v1/enforce', { method: 'POST', body: body as object }),
    textOf: (path) => Promise.resolve(policy.read(path)),
    put: (path, text) => Promise.resolve(void policy.pushByHand(path, () => text)),
    everything: async () => [policy.git('for-each-ref'), await live.connection.read((manager) => readState(manager))],
    dispose: async () => {
      await running.dispose();
      await policy.dispose();
    },
  };
}

async function runOnDatabase(
  kind: 'sqlite' | 'postgres',
  files: Record<string, string>,
  options: ChangedOptions,
): Promise<ChangedSidecar> {
  const found = testDatabases.find((one) => one.kind === kind) ?? assert.fail(`there is no ${kind}`);
  const databases = await found.open();
  const url = await databases.create();
  const deciding = Object.entries(files).filter(([path]) => !path.endsWith('.test.yaml'));
  await publish(url, Object.fromEntries(deciding));
  const running = await runDatabaseSidecar(url, { isChanged: true, ...options });
  const reading = async <Found>(read: (database: Database) => Promise<Found>): Promise<Found> => {
    const database = await openDatabase(new DatabaseUrl(url, '--database'), 'read', '/');
    try {
      return await read(database);
    } finally {
      await database.close();
    }
  };
  return {
    place: kind,
    logged: running.logged,
    call: (path, call) => running.call(path, call),
    enforce: (body) => running.call('/v1/enforce', { method: 'POST', body: body as object }),
    textOf: async (path) => {
      const released = await reading((database) => new ReleaseFiles(database).read());
      const file = released.find((one) => one.path === path) ?? assert.fail(`no file ${path} is published`);
      return new TextDecoder().decode(file.content);
    },
    put: async (path, text) => {
      await publish(url, { ...Object.fromEntries(deciding), [path]: text });
    },
    everything: () => reading((database) => database.read(readState)),
    dispose: async () => {
      await running.dispose();
      await databases.dispose();
    },
  };
}
