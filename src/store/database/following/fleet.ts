import type { EntityManager } from 'typeorm';
import { limits } from '../../../policy/limits.ts';
import { compareText } from '../../../policy/position.ts';
import { revisionToken } from '../../../policy/text/history-token.ts';
import { parseRevision } from '../../../policy/text/revision-text.ts';
import type { DatabaseConnection } from '../connection/database-connection.ts';
import { readClock } from '../connection/database-clock.ts';
import { sidecars, type SidecarRow } from '../tables/entities.ts';
import { WriteFaults, type LastingFault, type WriteFault } from './write-faults.ts';
import { readState } from '../members/read-changes.ts';

/** The identity of a sidecar, for as long as its process lives. */
export interface SidecarIdentity {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: Date;
}

/** The state of a sidecar, in its own words. */
export interface SidecarHealth {
  /** Of the policy and the memberships that it decides by; null before there are any. */
  readonly revision: string | null;
  readonly sequence: number | null;
  /** Whatever else there is to tell, as JSON. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The distance from a database to what is live in a sidecar, when that was seen last. */
export interface SidecarLag {
  readonly sequences: number;
  /** Since the first change that it lacks. */
  readonly seconds: number;
}

export interface FleetMember extends Omit<SidecarIdentity, 'startedAt'> {
  readonly startedAt: string;
  readonly seenAt: string;
  readonly silentMs: number;
  readonly isLost: boolean;
  readonly revision: string | null;
  readonly sequence: number | null;
  readonly lag: SidecarLag | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** All sidecars of a database, and which of them was asked. */
export interface FleetReading {
  readonly ownId: string;
  /** Since when this one cannot say that it is there, and why: the others do not list it. */
  readonly unwritten: LastingFault | undefined;
  readonly members: readonly FleetMember[];
}

interface Health {
  readonly lag: SidecarLag | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * The sidecars of a database, which each say now and then that they are there. Whether they can does not matter to any
 * decision: what fails is tried again the next time. All times are those of the database, since clocks differ.
 */
export class Fleet {
  readonly #connection: DatabaseConnection;
  readonly #identity: SidecarIdentity;
  readonly #describe: () => SidecarHealth;
  readonly #faults: WriteFaults;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** `onFault` is told once when the heartbeat cannot be written, and when it can again. */
  constructor(
    connection: DatabaseConnection,
    identity: SidecarIdentity,
    describe: () => SidecarHealth,
    onFault?: (fault: WriteFault) => void,
  ) {
    this.#connection = connection;
    this.#identity = identity;
    this.#describe = describe;
    this.#faults = new WriteFaults('heartbeat', onFault);
  }

  /** Which of them this is. */
  get id(): string {
    return this.#identity.id;
  }

  start(): void {
    this.#beating = this.#beat().then(
      () => this.#faults.noteWritten(),
      (error: unknown) => this.#faults.noteFault(error),
    );
    void this.#beating.then(() => this.#schedule());
  }

  /** Takes this sidecar off the list, unless the database is slow to let it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#leave(), new Promise((resolve) => (timer = setTimeout(resolve, leaveMs)))]);
    clearTimeout(timer);
  }

  async tell(): Promise<FleetReading> {
    return { ownId: this.id, unwritten: this.#faults.lasting, members: await this.read() };
  }

  /** All that were seen within a day, the longest there first; this one, too, when it cannot say that it is there. */
  async read(): Promise<readonly FleetMember[]> {
    const { rows, nowMs } = await this.#connection.read(async (manager, onAnswer) => {
      const now = await readClock(manager);
      onAnswer();
      const found = await manager.find(sidecars);
      const others = found.filter(({ id }) => id !== this.id);
      const all = this.#faults.lasting ? [...others, await this.#describeRow(manager, now)] : found;
      return { rows: all, nowMs: Date.parse(now) };
    });
    return rows
      .map((row) => describeRow(row, nowMs))
      .filter(({ silentMs }) => silentMs < limits.heartbeatKeptMs)
      .sort((left, right) => compareText(left.startedAt, right.startedAt) || compareText(left.id, right.id));
  }

  async #leave(): Promise<void> {
    // A heartbeat that comes after it would put it on the list again.
    await this.#beating;
    try {
      const database = await this.#connection.writer();
      await database.note((manager) => manager.delete(sidecars, { id: this.#identity.id }));
    } catch {
      // It will be found lost.
    }
  }

  #schedule(): void {
    if (this.#isClosed) return;
    // Not all at the same instant: a fleet is often started by one command.
    const pauseMs = this.#pauseMs * (0.8 + Math.random() * 0.4);
    this.#timer = setTimeout(() => this.start(), pauseMs);
    this.#timer.unref();
  }

  // A server that refuses writes down each time that it did.
  get #pauseMs(): number {
    return this.#faults.lasting?.isRefusal ? limits.refusedHeartbeatMs : limits.heartbeatMs;
  }

  async #describeRow(manager: EntityManager, seenAt: string): Promise<SidecarRow> {
    const newest = await readState(manager);
    // After the newest state was read, so that nobody seems to be behind what happened since.
    const { revision, sequence, details } = this.#describe();
    const lag = await readLag(manager, newest?.sequence, { revision, sequence }, seenAt);
    const health: Health = { lag, details };
    const { startedAt, ...identity } = this.#identity;
    const times = { startedAt: startedAt.toISOString(), seenAt };
    return { ...identity, ...times, revision, sequence, health: JSON.stringify(health) };
  }

  async #beat(): Promise<void> {
    const database = await this.#connection.writer();
    await database.note(async (manager) => {
      const seenAt = await readClock(manager);
      const row = await this.#describeRow(manager, seenAt);
      await manager
        .createQueryBuilder()
        .insert()
        .into(sidecars.options.name)
        .values(row)
        .orUpdate(['seen_at', 'revision', 'sequence', 'health'], ['id'])
        .updateEntity(false)
        .execute();
      const oldest = new Date(Date.parse(seenAt) - limits.heartbeatKeptMs).toISOString();
      await manager.query(`DELETE FROM rolebook_sidecar WHERE seen_at < '${oldest}'`);
    });
  }
}

const leaveMs = 500;

// Null: it has no policy, or one of another history, as when the database was restored from a backup.
async function readLag(
  manager: EntityManager,
  newest: number | undefined,
  { revision, sequence }: Pick<SidecarHealth, 'revision' | 'sequence'>,
  now: string,
): Promise<SidecarLag | null> {
  if (newest === undefined || sequence === null) return null;
  // A number of this code, so nothing needs an escape.
  const at = Math.trunc(sequence);
  const [own, first] = await manager.query<{ token: string; happened_at: string }[]>(
    `SELECT token, happened_at FROM rolebook_event WHERE sequence IN (${at}, ${at + 1}) ORDER BY sequence`,
  );
  const told = parseRevision(revision ?? '');
  const token = told?.kind === 'database' ? told.token : undefined;
  if (!own || (token !== undefined && revisionToken(own.token) !== token)) return null;
  if (newest <= sequence) return { sequences: 0, seconds: 0 };
  const sinceMs = first ? Math.max(0, Date.parse(now) - Date.parse(first.happened_at)) : 0;
  return { sequences: newest - sequence, seconds: sinceMs / 1000 };
}

// What a sidecar said of itself is for people; one that cannot be understood is listed all the same.
function parseHealth(text: string): Health {
  try {
    const { lag, details } = JSON.parse(text) as Partial<Health>;
    return { lag: lag ?? null, details: details ?? {} };
  } catch {
    return { lag: null, details: {} };
  }
}

function describeRow(row: SidecarRow, nowMs: number): FleetMember {
  const { id, host, pid, version, startedAt, seenAt, revision, sequence } = row;
  const { lag, details } = parseHealth(row.health);
  const silentMs = Math.max(0, nowMs - Date.parse(seenAt));
  const isLost = silentMs >= limits.heartbeatSilenceMs;
  return { id, host, pid, version, startedAt, seenAt, silentMs, isLost, revision, sequence, lag, details };
}
