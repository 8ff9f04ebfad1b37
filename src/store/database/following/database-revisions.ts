import { In } from 'typeorm';
import { revisionToken } from '../../../policy/text/history-token.ts';
import { limits } from '../../../policy/limits.ts';
import type { DatabaseRevision, Revision } from '../../../policy/text/revision-text.ts';
import type { RevisionStand } from '../../live/policy-source.ts';
import { within } from '../../within.ts';
import type { DatabaseConnection } from '../connection/database-connection.ts';
import { events, mostSequence } from '../tables/entities.ts';
import { isRefusal } from '../database-fault.ts';
import type { LiveState } from './live-state.ts';

type Misconfigured = Extract<RevisionStand, { readonly misconfigured: unknown }>;

/** What the database says of a sequence: its token, that it has none, that it refuses to, or nothing. */
type Stored = { readonly token: string | undefined } | 'silent' | Misconfigured;

interface Question {
  readonly sequence: number;
  readonly answer: (stored: Stored) => void;
}

const mostTries = 4;

/**
 * A comparison of what is live with revisions that callers were told. A sequence alone says nothing: a database that was
 * restored from a backup counts the same ones again, for other changes. So its token is compared too, and what is not in
 * this history is refused at once, since nobody can wait for it.
 */
export class DatabaseRevisions {
  readonly #connection: DatabaseConnection;
  readonly #live: LiveState;
  readonly #catchUp: () => Promise<void>;
  #questions: Question[] = [];
  #isReading = false;

  constructor(connection: DatabaseConnection, live: LiveState, catchUp: () => Promise<void>) {
    this.#connection = connection;
    this.#live = live;
    this.#catchUp = catchUp;
  }

  reach(wanted: Revision, waitMs: number): RevisionStand | Promise<RevisionStand> {
    if (wanted.kind !== 'database') return { refused: 'is one of files, and the policy here comes from a database' };
    const { sequence, token } = wanted;
    if (token === undefined) {
      return { refused: 'was told by an earlier version: behind the sequence stands the token of its history now' };
    }
    // What was told here while a release is kept back is of this very policy.
    if (this.#live.hasTold(wanted)) return 'reached';
    const known = this.#live.findToken(sequence);
    return known === undefined ? this.#findOut({ ...wanted, token }, waitMs) : standOf(known, token);
  }

  async #findOut({ sequence, token }: DatabaseRevision & { token: string }, waitMs: number): Promise<RevisionStand> {
    const untilMs = performance.now() + waitMs;
    const leftMs = (): number => Math.max(0, untilMs - performance.now());
    for (let tries = 0; tries < mostTries; tries += 1) {
      const known = this.#live.findToken(sequence);
      if (known !== undefined) return standOf(known, token);
      // It is in the database already if it is of this one: a revision is told when what it names was kept.
      if (!this.#isLive(sequence)) void this.#catchUp();
      const stored = await this.#ask(sequence, leftMs());
      if (stored !== 'silent') {
        if ('misconfigured' in stored) return stored;
        const stand = standOf(stored.token, token);
        if (stand !== 'reached') return stand;
        // It is live, and the history that is live was not found in the database: somebody put another in its place.
        const isUnknown = this.#isLive(sequence) && this.#live.findToken(sequence) === undefined;
        if (isUnknown) await within(this.#catchUp(), leftMs());
      }
      if (!(await this.#live.waitFor(sequence, leftMs()))) return 'late';
    }
    return 'late';
  }

  #isLive(sequence: number): boolean {
    return sequence <= (this.#live.state?.sequence ?? 0);
  }

  /** One reading at a time answers all that were asked before it began, so nobody can have many done. */
  #ask(sequence: number, waitMs: number): Promise<Stored> {
    const asked = new Promise<Stored>((answer) => this.#questions.push({ sequence, answer }));
    if (!this.#isReading) void this.#readAll();
    return within(asked, waitMs).then((stored) => stored ?? 'silent');
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    while (this.#questions.length > 0) {
      const asked = this.#questions.splice(0, limits.databaseRowsAtOnce);
      const stored = await this.#read(asked).catch(silenceOf);
      for (const { sequence, answer } of asked) {
        answer(stored instanceof Map ? { token: stored.get(sequence) } : stored);
      }
    }
    this.#isReading = false;
  }

  async #read(asked: readonly Question[]): Promise<Map<number, string>> {
    const end = this.#live.state;
    const sequences = new Set(asked.map(({ sequence }) => sequence).filter((sequence) => sequence <= mostSequence));
    if (end) sequences.add(end.sequence);
    const rows = await this.#connection.read(async (manager, onAnswer) => {
      const select = { sequence: true, token: true } as const;
      const found = await manager.find(events, { select, where: { sequence: In([...sequences]) } });
      onAnswer();
      return found;
    });
    const tokens = new Map(rows.map(({ sequence, token }) => [sequence, token]));
    if (end && tokens.get(end.sequence) === end.token) this.#live.learnTokens(end, rows);
    return tokens;
  }
}

function silenceOf(error: unknown): 'silent' | Misconfigured {
  if (!isRefusal(error)) return 'silent';
  const { message, help } = error;
  return { misconfigured: { message, help } };
}

function standOf(found: string | undefined, token: string): RevisionStand {
  if (found !== undefined && revisionToken(found) === token) return 'reached';
  return { refused: 'is not of the history of this database' };
}
