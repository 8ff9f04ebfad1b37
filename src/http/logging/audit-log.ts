import { limits } from '../../policy/limits.ts';
import type { Logger } from './log.ts';

/** A call that changes something, or would have. */
export interface AdminCall {
  /** The name of its token; undefined: nobody known. */
  readonly caller: string | undefined;
  /** The remote address, or `unix`. */
  readonly from: string;
  readonly method: string;
  readonly route: string;
  /** What it is about, by the names of its path. */
  readonly object: Readonly<Record<string, string>>;
  readonly actor: string | undefined;
  readonly status: number;
  /** Why it was refused. */
  readonly code: string | undefined;
  /** Which is live after it. */
  readonly revision: string | undefined;
}

/** One line for each admin call, whatever the level of the log. */
export class AuditLog {
  readonly #log: Logger;
  /** Lines told of nobody known in the second that runs; undefined: none does. */
  #strangers: { told: number; leftOut: number; readonly timer: NodeJS.Timeout } | undefined;

  constructor(log: Logger) {
    // A level of its own: a quiet log, too, says who changed what.
    this.#log = log.child({}, { level: 'info' });
  }

  record(call: AdminCall): void {
    const isRefused = call.code !== undefined;
    // Whoever has no token can send any number of calls; that must not fill a disk, or hide the lines that matter.
    if (isRefused && call.caller === undefined && !this.#mayTellOfStranger()) return;
    const { object, ...others } = call;
    const line = { audit: isRefused ? 'refused' : 'allowed', ...others, ...object };
    if (isRefused) this.#log.warn(line, 'an admin call was refused');
    else this.#log.info(line, 'an admin call was allowed');
  }

  /** Somebody signed in to the pages, or did not. */
  recordSignIn(outcome: { readonly subject: string } | { readonly failure: string; readonly reason: string }): void {
    if ('subject' in outcome) this.#log.info({ audit: 'signed-in', ...outcome }, 'somebody signed in to the pages');
    // Anybody can try it any number of times.
    else if (this.#mayTellOfStranger()) this.#log.warn({ audit: 'refused', ...outcome }, 'somebody could not sign in');
  }

  /** Tells at once what would be told at the end of the second. */
  flush(): void {
    if (this.#strangers === undefined) return;
    const { leftOut, timer } = this.#strangers;
    clearTimeout(timer);
    this.#strangers = undefined;
    if (leftOut > 0) this.#log.warn({ audit: 'refused', leftOut }, 'more admin calls of nobody known were refused');
  }

  #mayTellOfStranger(): boolean {
    this.#strangers ??= { told: 0, leftOut: 0, timer: setTimeout(() => this.flush(), 1000).unref() };
    const second = this.#strangers;
    if (second.told < limits.refusedCallLines) second.told += 1;
    else second.leftOut += 1;
    return second.leftOut === 0;
  }
}
