import type { CallEnd } from './request-deadline.ts';

/** One request, as it goes over the wire. */
export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query; begins with a slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** When the time is over, or nobody wants the answer any more. */
  readonly end: CallEnd;
}

/** What came back, whatever its status. */
export interface Incoming {
  readonly status: number;
  readonly text: string;
  /** In seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;
}

/** A way on which requests are sent. Rejects where no whole answer came; follows no redirect. */
export interface Way<Answer> {
  send(request: Outgoing): Promise<Answer>;
  /** Gives up connections that are kept. */
  close(): void;
}

/** The way to a sidecar. */
export interface Transport extends Way<Incoming> {
  /** Runs something when all that is asked in this turn of the event loop was asked. */
  afterThisTurn(work: () => void): void;
}

/** Where a sidecar is. */
export interface Target {
  /** Its protocol, host and port; of a Unix socket what stands for them in a request. */
  readonly url: URL;
  /** Stands before each path, where a proxy passes on what begins with it. */
  readonly prefix: string;
  /** The path of a Unix socket; undefined: it is none. */
  readonly socketPath?: string;
}

/** Seconds of a `Retry-After`; a date is not taken. */
export function parseRetryAfter(text: string | null | undefined): number | undefined {
  const seconds = Number(text ?? -1);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** An answer that is longer is not read to its end; in characters. The sidecar's pages end at about a megabyte. */
export const mostAnswer = 16 * 1024 * 1024;
