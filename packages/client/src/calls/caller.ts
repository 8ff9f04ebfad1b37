import { RefusedError, type RolebookError, UnavailableError, UnexpectedAnswerError } from '../words/errors.ts';
import type { Incoming, Outgoing, Transport } from '../transport/transport.ts';
import { Deadline } from '../transport/request-deadline.ts';

/** A call of the API. */
export interface Call {
  readonly method: Outgoing['method'];
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A bearer token, or what gives one anew for each call, as where it is kept in a file that changes. */
export type TokenSource = string | (() => string | Promise<string>);

export interface CallerOptions {
  readonly transport: Transport;
  readonly token: TokenSource | undefined;
  /** Ends every call. */
  readonly signal: AbortSignal | undefined;
}

// Doubled at each attempt, and no more than the last; in milliseconds.
const firstPauseMs = 20;
const longestPauseMs = 500;

/**
 * Makes calls, and makes them again within their time where the sidecar does not listen, breaks off or cannot answer now. All
 * that is called so may be done twice: decisions and reads by what they are, changes by their `Idempotency-Key`.
 */
export class Caller {
  readonly #options: CallerOptions;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** The document that was answered. Rejects with a RolebookError, or with the reason of a signal. */
  async call(call: Call): Promise<Readonly<Record<string, unknown>>> {
    const { token, signal, transport } = this.#options;
    const deadline = new Deadline(call.timeoutMs, call.signal, signal);
    try {
      const bearer = typeof token === 'function' ? await token() : token;
      const request = outgoingOf(call, bearer, deadline);
      // Nearly every call ends here, and each function that waits in between costs it something.
      const found = await transport.send(request).then(readAnswer, unreachable);
      return found instanceof Failed ? await this.#again(call, request, deadline, found) : found;
    } catch (error) {
      const givenUp = deadline.givenUp;
      if (givenUp) throw givenUp.reason;
      throw error;
    } finally {
      deadline.dispose();
    }
  }

  async #again(
    call: Call,
    request: Outgoing,
    deadline: Deadline,
    first: Failed,
  ): Promise<Readonly<Record<string, unknown>>> {
    let failed = first;
    let pauseMs = firstPauseMs;
    // What the sidecar said counts for more than that the time was over at the next attempt.
    let said: RolebookError | undefined;
    let wasLate = false;
    for (;;) {
      if (failed.error.status !== undefined) said = failed.error;
      // Who is to come back later than there is time for comes back once more, and not again.
      const isLate = (failed.retryAfter ?? 0) * 1000 >= deadline.leftMs;
      if (isLate && wasLate) throw said ?? failed.error;
      wasLate = isLate;
      if (deadline.leftMs > 0) await deadline.wait(pauseOf(failed, pauseMs, deadline.leftMs));
      if (deadline.leftMs === 0) throw said ?? timeIsOver(call, failed.error);
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      const found = await this.#options.transport.send(request).then(readAnswer, unreachable);
      if (!(found instanceof Failed)) return found;
      failed = found;
    }
  }
}

function outgoingOf({ method, path, headers, body }: Call, bearer: string | undefined, end: Deadline): Outgoing {
  const all: Record<string, string> = { Accept: 'application/json', ...headers };
  if (body) all['Content-Type'] = 'application/json';
  if (bearer !== undefined) all['Authorization'] = `Bearer ${bearer}`;
  requireSendable(path, all);
  return { method, path, end, body: body && JSON.stringify(body), headers: all };
}

function unreachable(cause: unknown): Failed {
  return new Failed(new UnavailableError('unreachable', 'the sidecar does not answer', { cause }));
}

function readAnswer({ status, text, retryAfter }: Incoming): Readonly<Record<string, unknown>> | Failed {
  const document = parseObject(text);
  if (status >= 200 && status < 300) {
    if (document) return document;
    throw new UnexpectedAnswerError('the answer is no JSON object, so it is not from a sidecar', status);
  }
  if (status >= 500 || status === 429) {
    const { code, detail } = document ?? {};
    const message = typeof detail === 'string' ? detail : `the sidecar cannot answer now (status ${status})`;
    const error = new UnavailableError(typeof code === 'string' ? code : 'unavailable', message, { status });
    if (status === 500) throw error;
    return new Failed(error, retryAfter);
  }
  // What is refused is a problem; anything else comes from something in between.
  if (status < 400 || document === undefined) {
    throw new UnexpectedAnswerError(`status ${status} without a problem, so it is not from a sidecar`, status);
  }
  throw new RefusedError(status, document);
}

/** An attempt that may be made again. */
class Failed {
  readonly error: RolebookError;
  readonly retryAfter: number | undefined;

  constructor(error: RolebookError, retryAfter?: number) {
    this.error = error;
    this.retryAfter = retryAfter;
  }
}

// Those who were refused at the same moment do not come back at the same moment. Who is to come back later than there is time
// for does so in the middle of what is left.
function pauseOf({ retryAfter }: Failed, pauseMs: number, leftMs: number): number {
  const spreadMs = pauseMs * (0.5 + Math.random() / 2);
  if (retryAfter === undefined) return spreadMs;
  return retryAfter * 1000 < leftMs ? retryAfter * 1000 : Math.max(spreadMs, leftMs / 2);
}

function timeIsOver({ timeoutMs }: Call, last: RolebookError): RolebookError {
  const why =
    last.cause instanceof Error && !/abort|given up/i.test(last.cause.message) ? `: ${last.cause.message}` : '';
  return new UnavailableError('timeout', `no answer within ${timeoutMs} ms${why}`, { cause: last.cause });
}

const visible = /^[!-~]+$/;
const visibleOrSpace = /^[ -~]*$/;

// Neither a path nor a header ends a line, whatever is in it; what is in it may be a secret.
function requireSendable(path: string, headers: Readonly<Record<string, string>>): void {
  if (!visible.test(path)) throw new TypeError('a path has visible characters of ASCII and nothing else');
  for (const name in headers) {
    if (visibleOrSpace.test(headers[name] ?? '')) continue;
    throw new TypeError(`the header ${name} has visible characters of ASCII and spaces, and nothing else`);
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
