import { join } from 'node:path';
import type { ChangeWork } from '../../src/store/changes/change-worker.ts';
import { KeeperChanges } from '../../src/store/changes/folder/keeper-changes.ts';
import { weighedWork } from '../../src/store/changes/weighed-work.ts';
import type { ChangeBudget } from '../../src/store/live/change-budget.ts';
import { doChangeWork, type ThreadedChanges } from '../../src/store/changes/thread-calls.ts';
import { DatabaseChanges } from '../../src/store/database/changes/database-changes.ts';
import { listKeptChanges } from '../../src/store/database/changes/kept-changes.ts';
import { DatabaseConnection } from '../../src/store/database/connection/database-connection.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { BranchDatabaseHistory } from '../../src/store/database/publishing/branch-database-history.ts';
import { BranchDatabase } from '../../src/store/database/publishing/branch-database.ts';
import { BranchPublisher } from '../../src/store/database/publishing/branch-publisher.ts';
import { writerHere } from '../../src/store/database/publishing/commit-writer.ts';
import { migrateDatabase } from '../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { HistoryClone } from '../../src/store/history/history-clone.ts';
import { RemoteHistory } from '../../src/store/history/remote-history.ts';
import { BranchDatabaseDesk } from '../../src/store/pushing/branch-database-desk.ts';
import { KeptInBranch } from '../../src/store/pushing/kept-in-branch.ts';
import { openRows } from '../../src/store/pushing/rows-of-database.ts';
import { WritingClone } from '../../src/store/pushing/writing-clone.ts';
import { parseRemoteAddress } from '../../src/store/remote/remote-address.ts';
import { RemoteClone } from '../../src/store/remote/remote-clone.ts';
import { inOrder } from '../../src/store/turns.ts';
import { assert } from 'chai';
import type { AskedEdit } from '../../src/review/changes/asked-edit.ts';
import type { ToldAnswer } from '../../src/store/changes/asked-change.ts';
import { readState } from '../../src/store/database/members/read-changes.ts';
import { ask, PushedPolicy } from './pushed-policy.ts';

const modes = ['commit', 'propose'] as const;

/** What a sidecar has of a branch whose commits it publishes to a database. */
export interface BranchBesideDatabase {
  readonly live: BranchDatabase;
  readonly publisher: BranchPublisher;
  readonly desk: BranchDatabaseDesk;
  readonly close: () => Promise<void>;
}

/** Follows both as a sidecar does whose clones have this name, all in this process; the branch is looked at when it is asked for. */
export async function followBranchDatabase(
  policy: PushedPolicy,
  text: string,
  name: string,
  budget?: ChangeBudget,
): Promise<BranchBesideDatabase> {
  const url = new DatabaseUrl(text, '--database');
  const database = await openDatabase(url, 'write', '/');
  try {
    await migrateDatabase(database);
  } finally {
    await database.close();
  }
  const address = parseRemoteAddress(policy.server.url, '--git');
  const folder = join(policy.cache, name);
  const of = { address, ref: 'refs/heads/main', prefix: '', credentials: {}, timeoutMs: 20_000 };
  const branch = { url: address.url, ref: of.ref, path: '' };
  const live = new BranchDatabase(url, { cwd: '/', budget }, ({ connection }) => {
    const writer = writerHere(() => connection.writer());
    const clone = new RemoteClone({ ...of, folder });
    return new BranchPublisher({ branch, clone, read: (work) => connection.read(work), writer });
  });
  const { publisher, connection } = live;
  const clone = new WritingClone({ ...of, folder: `${folder}-changes` });
  const keeper = new KeptInBranch(clone, { url: address.url, ref: of.ref, modes });
  const rows = openRows({ url: text, cwd: '/' }, branch, clone);
  const own = new DatabaseConnection(url, '/');
  const history = new RemoteHistory(new HistoryClone({ ...of, folder: `${folder}-history` }), {
    live: () => publisher.commit,
  });
  const desk = new BranchDatabaseDesk({
    ...{ live, publisher, modes },
    rows: workHere(new DatabaseChanges(own, { isOfRowsAlone: true }), () => own.close()),
    branch: weighedWork(
      workHere(new KeeperChanges(keeper, { rows }), () => rows.close()),
      budget,
    ),
    history: new BranchDatabaseHistory(history, {
      list: (filter) => connection.read((manager) => listKeptChanges(manager, filter)),
    }),
  });
  await live.start();
  await publisher.reload('start');
  await live.catchUp();
  const close = async (): Promise<void> => {
    await desk.close();
    await publisher.close();
    await live.close();
  };
  return { live, publisher, desk, close };
}

function workHere(changes: ThreadedChanges, close: () => Promise<void>): ChangeWork {
  const inTurn = inOrder();
  return { call: (work) => inTurn(() => doChangeWork(changes, work)), close };
}

/** A policy in a branch and a database, and the sidecars of a test that follow both. */
export class BranchesBesideDatabase {
  readonly policy: PushedPolicy;
  readonly open: BranchBesideDatabase[] = [];

  private constructor(policy: PushedPolicy) {
    this.policy = policy;
  }

  static async create(files?: Readonly<Record<string, string>>): Promise<BranchesBesideDatabase> {
    return new BranchesBesideDatabase(await PushedPolicy.create(files));
  }

  async follow(name: string): Promise<BranchBesideDatabase> {
    const followed = await followBranchDatabase(this.policy, `sqlite:${join(this.policy.cache, 'rows.db')}`, name);
    this.open.push(followed);
    return followed;
  }

  /** All that is there by now, to compare. */
  async everything({ live }: BranchBesideDatabase): Promise<unknown> {
    return [this.policy.git('for-each-ref'), await live.connection.read((manager) => readState(manager))];
  }

  async dispose(): Promise<void> {
    for (const { close } of this.open.splice(0)) await close();
    await this.policy.dispose();
  }
}

export function may({ live }: BranchBesideDatabase, id: string, permission: string): boolean {
  const { engine } = live.current ?? assert.fail('nothing decides');
  return (
    engine.decide({ subjectType: 'user', subjectId: id, workspace: 'support', permission }, Date.now()) === 'granted'
  );
}

/** The roles that somebody holds in `support` at run time; undefined: none. */
export function heldBy({ live }: BranchBesideDatabase, id: string): readonly string[] | undefined {
  const member = live.members.get({ kind: 'workspace', id: 'support' }, 'user', id);
  return member && member.assignments.length > 0 ? member.assignments.map(({ role }) => role) : undefined;
}

/** The judgement that an answer has. */
export function judgementOf(answer: ToldAnswer): string {
  const text = answer.kind === 'refused' || answer.kind === 'judged' ? answer.data?.text : undefined;
  return text ?? assert.fail(JSON.stringify(answer));
}

/** What whoever deletes a role has seen, as its edit says it. */
export async function confirmedDeletion(
  { desk }: BranchBesideDatabase,
  edit: AskedEdit & { readonly edit: 'role.delete' },
): Promise<AskedEdit> {
  const { confirm } = JSON.parse(judgementOf(await desk.ask(ask([edit])))) as { confirm: string };
  return { ...edit, confirm };
}
