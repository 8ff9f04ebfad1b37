import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { DecidedBy } from '../../engine/decided-by.ts';
import type { EnforceRequest, ReasonCode } from '../../policy/decision.ts';
import { messageOf } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import type { Cell } from '../../policy/permission.ts';
import type { DroppingOutput } from '../output/dropping-output.ts';
import {
  type DecisionMaking,
  type DecisionRecord,
  formatOther,
  LineEndings,
  type OtherAnswer,
} from './decision-record.ts';
import type { Logger } from './log.ts';
import { AttributeSelection, type TakenAttributes } from './logged-attributes.ts';
import type { LogSink } from '../output/log-sink.ts';
import { openLogSink } from '../output/open-log-sink.ts';

export interface DecisionLogOptions {
  readonly log: Logger;
  /** What it is called where it complains; by default the decision log. */
  readonly name?: string;
  readonly drainTimeoutMs?: number;
  /** The paths of attributes that lines have; without them, none. */
  readonly attributes?: readonly string[] | undefined;
}

/** The more that is known of a decision. */
interface DecidedOf {
  /** The engine that decided, and noted in `by` how; undefined: how is not told. */
  readonly engine?: CasbinEngine;
  readonly requestId?: string | undefined;
  readonly other?: OtherAnswer;
}

const nothing: Pick<DecidedBy, 'roleSet' | 'cell' | 'member'> = {
  roleSet: undefined,
  cell: undefined,
  member: undefined,
};
const flushDelayMs = 100;
const flushRecords = 512;
/** One write at most; its text is built in one go, so it must not take long. */
const batchRecords = 2048;
const complaintIntervalMs = 60_000;
/** What a waiting decision takes beside its texts. */
const recordBytes = 160;

/** One JSON line a decision. It never blocks or fails a decision: what cannot be written is dropped and counted. */
export class DecisionLog {
  readonly #sink: LogSink;
  readonly #log: Logger;
  readonly #name: string;
  readonly #drainTimeoutMs: number;
  // Unique over restarts and over sidecars that write to one collector.
  readonly #idPrefix = randomBytes(6).toString('hex');
  #lastNumber = 0;
  #pending: DecisionRecord[] = [];
  #pendingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  #droppedCount = 0;
  #complainedAtMs = -Infinity;
  /** It was said that lines are dropped, and not yet that they are written again. */
  #hasComplained = false;
  /** Whoever reads it stood still to the end of a flush; the next one does not wait for it again. */
  #isStuck = false;
  /** Many decisions share a millisecond, and writing it out costs as much as the rest of a line. */
  #formattedMs = -1;
  #beginning = '';
  readonly #endings = new LineEndings();
  readonly #attributes: AttributeSelection | undefined;
  /** The engine of what waits; what another one decided is written out before. */
  #engine: CasbinEngine | undefined;
  /** Where the engine notes what it decides by; whoever asks it records that before they ask again. */
  readonly by = new DecidedBy();

  /** `-` is standard output, anything else a file. */
  static async open(
    target: string,
    options: DecisionLogOptions & { readonly stdout: NodeJS.WritableStream | DroppingOutput },
  ): Promise<DecisionLog> {
    return new DecisionLog(await openLogSink(target, options.stdout, options.name), options);
  }

  constructor(sink: LogSink, options: DecisionLogOptions) {
    this.#sink = sink;
    this.#log = options.log;
    this.#name = options.name ?? 'decision log';
    this.#attributes = options.attributes && new AttributeSelection(options.attributes);
    this.#drainTimeoutMs = options.drainTimeoutMs ?? limits.logDrainMs;
  }

  /** Lines that were not written since the start. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  record(request: EnforceRequest, reason: ReasonCode, revision: string, atMs: number, decided: DecidedOf = {}): void {
    const { engine, requestId, other } = decided;
    const made = engine && this.#note(request, reason, engine, requestId);
    const { subjectType, subjectId, workspace, organization, permission, scopes } = request;
    const place = workspace ?? organization ?? '';
    const scopeBytes = scopes === undefined ? 0 : scopes.length * limits.idCharacters;
    const madeBytes = (made?.requestId?.length ?? 0) + (made?.attributes?.bytes ?? 0);
    const bytes = recordBytes + scopeBytes + madeBytes + subjectId.length + place.length + permission.length;
    const isFull = this.#pending.length >= limits.decisionLogPending;
    if (isFull || this.#pendingBytes + bytes > limits.decisionLogPendingBytes) {
      this.#droppedCount += 1;
      this.#complain('it is read more slowly than decisions are made');
      return;
    }
    const number = (this.#lastNumber += 1);
    this.#pendingBytes += bytes;
    this.#pending.push({
      atMs,
      number,
      revision,
      subjectType,
      subjectId,
      workspace,
      organization,
      permission,
      scopes,
      reason,
      other,
      made,
      bytes,
    });
    if (this.#pending.length >= flushRecords) this.#wake();
    else this.#wakeLater();
  }

  #note(
    request: EnforceRequest,
    reason: ReasonCode,
    engine: CasbinEngine,
    requestId: string | undefined,
  ): DecisionMaking {
    if (engine !== this.#engine) this.#settle(engine);
    // A policy that was too old was not asked, nor did one answer that failed; what is noted then is of another decision.
    const { roleSet, cell, member } = reason === 'stale-policy' || reason === 'error' ? nothing : this.by;
    const { changes } = engine.groups;
    return { engine, changes, roleSet, cell, member, attributes: this.#take(request, cell, engine), requestId };
  }

  #take(request: EnforceRequest, cell: Cell | undefined, { policy }: CasbinEngine): TakenAttributes | undefined {
    if (this.#attributes === undefined) return undefined;
    const permission = cell?.permission ?? policy.catalog.permissions.get(request.permission);
    return permission && this.#attributes.take(request, permission);
  }

  // An engine has all of a policy in memory, so a line that waits for a reader must not keep one that decides no more.
  #settle(engine: CasbinEngine): void {
    this.#pending = this.#pending.map((record) => ({ ...record, made: undefined, ending: this.#endings.of(record) }));
    this.#endings.forget();
    this.#engine = engine;
    const unknown = this.#attributes?.unknownIn(engine.policy) ?? [];
    for (const name of unknown)
      this.#log.warn(
        { attribute: name },
        'no `when` of the policy looks up an attribute that the decision log is to have',
      );
  }

  /** Resolves when every decision recorded so far is written or dropped, or when the reader seems to be stuck. */
  async flush(): Promise<void> {
    if (this.#isStuck) return;
    const drained = this.#drainUntil(this.#lastNumber).then(() => false);
    this.#isStuck = await Promise.race([drained, pause(this.#drainTimeoutMs, true, { ref: false })]);
    void drained.then(() => (this.#isStuck = false));
  }

  /** For log rotation: the file of this name is opened again. If that fails the old one stays in use. */
  async reopen(): Promise<void> {
    await this.flush();
    try {
      await this.#sink.reopen();
    } catch (error) {
      this.#log.error({ reason: messageOf(error) }, `the ${this.#name} cannot be opened again`);
    }
  }

  /** Writes what waits as far as it goes; what is left then is dropped. */
  async close(): Promise<void> {
    await this.flush();
    const left = this.#pending.splice(0);
    this.#droppedCount += left.length;
    if (left.length > 0) this.#complain('whoever reads it stood still at the end');
    await this.#sink.close();
  }

  #wake(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#draining ??= this.#drain().finally(() => (this.#draining = undefined));
  }

  #wakeLater(): void {
    this.#timer ??= setTimeout(() => this.#wake(), flushDelayMs);
  }

  async #drainUntil(number: number): Promise<void> {
    for (;;) {
      await this.#draining;
      const [first] = this.#pending;
      if (first === undefined || first.number > number) return;
      this.#wake();
    }
  }

  async #drain(): Promise<void> {
    do {
      // Not in the turn of the request that filled the batch: its answer goes out first.
      await nextTurn();
      const records = this.#pending.splice(0, batchRecords);
      for (const { bytes } of records) this.#pendingBytes -= bytes;
      const lines = Buffer.from(records.map((record) => this.#format(record)).join(''));
      const { bytesWritten, error } = await this.#sink.write(lines);
      if (error === undefined) this.#succeed();
      else this.#fail(error, records.length - countLines(lines.subarray(0, bytesWritten)));
      // What came meanwhile waits for its like: a write of a few lines costs as much as one of hundreds.
    } while (this.#pending.length >= flushRecords);
    if (this.#pending.length > 0) this.#wakeLater();
  }

  // Written out by hand, of few pieces: it runs for every decision, and JSON.stringify of an object costs four times as
  // much.
  #format(record: DecisionRecord): string {
    const { atMs, number, revision, subjectType, subjectId, workspace, permission, scopes, other } = record;
    const where =
      workspace === undefined
        ? `"organization":${quote(record.organization ?? '')}`
        : `"workspace":${quote(workspace)}`;
    const scope = scopes === undefined ? '' : `"scope":${JSON.stringify(scopes)},`;
    return (
      `${this.#beginningAt(atMs)}${number}","revision":"${revision}",` +
      `"subject":{"type":${quote(subjectType)},"id":${quote(subjectId)}},${where},` +
      `"permission":${quote(permission)},${scope}${other === undefined ? '' : formatOther(other)}${record.ending ?? this.#endings.of(record)}`
    );
  }

  #beginningAt(atMs: number): string {
    if (atMs !== this.#formattedMs) {
      this.#formattedMs = atMs;
      this.#beginning = `{"time":"${new Date(atMs).toISOString()}","id":"${this.#idPrefix}-`;
    }
    return this.#beginning;
  }

  #succeed(): void {
    if (!this.#hasComplained || this.#pending.length >= flushRecords) return;
    this.#hasComplained = false;
    this.#log.info({ dropped: this.#droppedCount }, `the ${this.#name} is written again`);
  }

  #fail(error: unknown, lost: number): void {
    this.#droppedCount += lost;
    this.#complain(messageOf(error));
  }

  #complain(reason: string): void {
    const nowMs = Date.now();
    if (nowMs - this.#complainedAtMs < complaintIntervalMs) return;
    this.#complainedAtMs = nowMs;
    this.#hasComplained = true;
    this.#log.error({ reason, dropped: this.#droppedCount }, `the ${this.#name} cannot be written`);
  }
}

// Nearly every text is plain, and finding that out costs a tenth of JSON.stringify.
function quote(text: string): string {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
}

function countLines(lines: Buffer): number {
  let count = 0;
  for (const byte of lines) if (byte === 0x0a) count += 1;
  return count;
}
