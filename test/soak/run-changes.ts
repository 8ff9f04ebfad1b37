import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { assert } from 'chai';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { parseRevision } from '../../src/policy/text/revision-text.ts';
import type { AskedEdit } from '../../src/review/changes/asked-edit.ts';
import type { AskedChange, ChangeAnswer, MadeChange } from '../../src/store/changes/asked-change.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { migrateDatabase } from '../../src/store/database/tables/migrate-database.ts';
import { ReleaseFiles } from '../../src/store/database/releases/release-files.ts';
import { asked, changedTexts, changesOf, connectionTo, publishTexts } from '../support/changed-database.ts';
import { historyOf, membersOf } from '../support/opened-databases.ts';

export interface ChangesRun {
  readonly url: string;
  readonly sidecars: number;
  readonly writers: number;
  readonly changes: number;
  /** How many times a sidecar is killed. */
  readonly kills: number;
  /** Kills the database and starts it again. */
  readonly restart?: (() => Promise<void>) | undefined;
}

export interface ChangesOutcome {
  readonly acknowledged: number;
  readonly kills: number;
  /** Of each change, after how long after its answer it was live in each other sidecar. */
  readonly delaysMs: readonly number[];
}

/** Many writers change one policy through several sidecars of one database, which are killed meanwhile, as is the database. */
export async function runChanges(run: ChangesRun): Promise<ChangesOutcome> {
  await publishFirst(run.url);
  const sidecars = Array.from({ length: run.sidecars }, () => new ChangingSidecar(run.url));
  const heads = new Map<string, { readonly head: MadeChange; readonly edit: AskedEdit }>();
  let [next, kills] = [0, 0];
  const write = async (writer: number): Promise<void> => {
    for (let index = next++; index < run.changes; index = next++) {
      const edit = editOf(index);
      const key = `change-${index}`;
      // By another sidecar each time: whoever is told nothing asks the next one.
      for (let tries = 0; !heads.has(key); tries += 1) {
        assert.isBelow(tries, 200, `${key} was never made`);
        const sidecar = sidecars[(writer + tries) % sidecars.length];
        const found = await sidecar?.ask(asked([edit], { idempotency: { key, digest: key } }));
        const answer = found?.answer;
        if (answer?.kind === 'written') {
          heads.set(key, { head: answer.head, edit });
          for (const one of sidecars) one.noteMade(answer.head, found?.atMs ?? 0);
        } else {
          if (answer && !(answer.kind === 'refused' && answer.refusal.kind === 'conflict'))
            assert.fail(JSON.stringify(answer));
          await pause(50);
        }
      }
    }
  };
  const kill = async (): Promise<void> => {
    for (; kills < run.kills; kills += 1) {
      const due = ((kills + 1) * run.changes) / (run.kills + 1);
      while (heads.size < due) await pause(5);
      sidecars[kills % sidecars.length]?.kill();
      if (run.restart && kills % 2 === 0) await run.restart();
    }
  };
  let delaysMs: readonly number[];
  try {
    await Promise.all([...Array.from({ length: run.writers }, (_, writer) => write(writer)), kill()]);
    delaysMs = [...heads.values()].flatMap(({ head }) => sidecars.flatMap((sidecar) => sidecar.delayOf(head) ?? []));
  } finally {
    for (const sidecar of sidecars) sidecar.end();
  }
  await requireAll(run, heads);
  return { acknowledged: heads.size, kills, delaysMs };
}

async function publishFirst(url: string): Promise<void> {
  const database = await openDatabase(new DatabaseUrl(url, '--database'), 'write', '/');
  try {
    await migrateDatabase(database);
    await publishTexts(database, changedTexts);
  } finally {
    await database.close();
  }
}

// Roles of one file, and members: of YAML by a role that each is given, and at run time.
function editOf(index: number): AskedEdit {
  if (index % 3 === 0) {
    return { edit: 'member.set', workspace: 'support', subject: `m${index}`, roles: [{ role: 'writer' }] };
  }
  return {
    edit: 'role.create',
    workspace: index % 3 === 1 ? 'support' : 'sales',
    role: `r${index}`,
    extends: ['member'],
  };
}

/** Each change that was told is there once, and none has undone another. */
async function requireAll(
  run: ChangesRun,
  heads: ReadonlyMap<string, { readonly head: MadeChange; readonly edit: AskedEdit }>,
): Promise<void> {
  const connection = connectionTo(run.url);
  const database = await openDatabase(new DatabaseUrl(run.url, '--database'), 'read', '/');
  try {
    const { changes } = await changesOf(connection).list({ limit: run.changes * 2, organizations: undefined });
    assert.equal(heads.size, run.changes);
    assert.sameMembers(
      changes.map(({ change }) => change),
      [...heads.values()].map(({ head }) => head.change),
    );
    const { policy } = compilePolicy(await new ReleaseFiles(database).read(), Date.now());
    const members = (await membersOf(database)).map((member) => member.split(' ')[0]);
    for (let index = 0; index < run.changes; index += 1) {
      if (index % 3 === 0)
        assert.lengthOf(
          members.filter((name) => name === `m${index}`),
          1,
          `m${index}`,
        );
      else {
        const workspace = policy?.workspaces.get(index % 3 === 1 ? 'support' : 'sales');
        assert.isTrue(workspace?.roles.has(`r${index}`), `r${index}`);
      }
    }
    const history = await historyOf(database);
    assert.deepEqual(
      history.map((event) => Number.parseInt(event, 10)),
      history.map((_event, index) => index + 1),
    );
    assert.lengthOf(history, run.changes + 1);
  } finally {
    await database.close();
    await connection.close();
  }
}

interface SidecarAnswer {
  readonly answer?: ChangeAnswer;
  readonly atMs?: number;
}

/** A process that is killed and started again when it is asked next. */
class ChangingSidecar {
  readonly #url: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #asked = 0;
  readonly #waiting = new Map<number, (found: SidecarAnswer) => void>();
  /** When which state became live. */
  #seen: { readonly sequence: number; readonly atMs: number }[] = [];
  readonly #made = new Map<string, number>();

  constructor(url: string) {
    this.#url = url;
  }

  /** Nothing when the process ended meanwhile. */
  ask(change: AskedChange): Promise<SidecarAnswer> {
    const child = (this.#child ??= this.#start());
    const id = (this.#asked += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      child.stdin.write(`${JSON.stringify({ id, asked: change })}\n`);
    });
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  end(): void {
    this.#child?.stdin.end();
  }

  noteMade({ change }: MadeChange, atMs: number): void {
    this.#made.set(change, atMs);
  }

  /** How long after its answer a change was live here; undefined: it was not running then. */
  delayOf({ change, revision }: MadeChange): number | undefined {
    const reached = parseRevision(revision);
    const [madeMs, sequence] = [this.#made.get(change), reached?.kind === 'database' ? reached.sequence : Infinity];
    const seen = this.#seen.find((one) => one.sequence >= sequence);
    const wasThere = this.#seen.some((one) => one.sequence < sequence);
    return madeMs === undefined || !seen || !wasThere ? undefined : Math.max(0, seen.atMs - madeMs);
  }

  #start(): ChildProcessWithoutNullStreams {
    const script = new URL('changing-sidecar.js', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, this.#url], { stdio: 'pipe' });
    child.stdin.on('error', () => undefined);
    child.stderr.resume();
    createInterface({ input: child.stdout }).on('line', (line) => this.#take(line));
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
      // What it knew is gone, and what it comes to know next is not of this time.
      this.#seen = [];
      for (const [id, resolve] of this.#waiting) {
        this.#waiting.delete(id);
        resolve({});
      }
    });
    return child;
  }

  #take(line: string): void {
    const said = JSON.parse(line) as { id?: number; live?: number; answer?: ChangeAnswer; atMs?: number };
    if (said.live !== undefined) this.#seen.push({ sequence: said.live, atMs: said.atMs ?? 0 });
    if (said.id === undefined) return;
    this.#waiting.get(said.id)?.({
      ...(said.answer ? { answer: said.answer } : {}),
      ...(said.atMs === undefined ? {} : { atMs: said.atMs }),
    });
    this.#waiting.delete(said.id);
  }
}
