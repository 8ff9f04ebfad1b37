import { RefusedError, textOf, UnavailableError, UnexpectedAnswerError } from '../words/errors.ts';
import type { Incoming, Outgoing, Transport } from '../transport/transport.ts';
import { Deadline } from '../transport/request-deadline.ts';

/** Headers by name; undefined: none of that name. */
export type SentHeaders = Readonly<Record<string, string | undefined>>;

/** A call of the API. */
export interface Call {
  readonly method: Outgoing['method'];
  readonly path: string;
  readonly body?: object | undefined;
  readonly headers?: SentHeaders;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The JSON object that was answered. */
export type AnsweredDocument = Readonly<Record<string, unknown>>;

/** A bearer token, or what gives one anew for each call, as where it is kept in a file that changes. */
export type TokenSource = string | (() => string | Promise<string>);

export interface CallerOptions {
  readonly transport: Transport;
  /** Stands before each path. */
  readonly prefix: string;
  readonly token: TokenSource | undefined;
  /** Ends every call. */
  readonly signal: AbortSignal | undefined;
}

/** Makes a call. Rejects with a RolebookError, or with the reason of a signal. */
export type MakeCall = (call: Call) => Promise<AnsweredDocument>;

/** What came of an attempt; a status of 0: no whole answer, for some cause. */
interface Attempt extends Partial<Incoming> {
  readonly status: number;
  readonly cause?: unknown;
}

// Doubled at each attempt, and no more than the last; in milliseconds.
const firstPauseMs = 20;
const longestPauseMs = 500;

/**
 * What makes calls, and makes them again within their time where the sidecar does not listen, breaks off or cannot answer now.
 * All that is called so may be done twice: decisions and reads by what they are, changes by their `Idempotency-Key`.
 */
export function callerOf({ transport, prefix, token, signal }: CallerOptions): MakeCall {
  return async (call) => {
    const deadline = new Deadline(call.timeoutMs, call.signal, signal);
    let pauseMs = firstPauseMs;
    // What the sidecar said counts for more than that the time was over at the next attempt.
    let said: UnavailableError | undefined;
    let wasLate = false;
    try {
      const request = outgoingOf(call, prefix, typeof token === 'function' ? await token() : token, deadline);
      for (;;) {
        // Nearly every call ends here, and each function that waits in between costs it something.
        const attempt: Attempt = await transport.send(request).catch(noAnswer);
        const found = readAttempt(attempt);
        if (!(found instanceof UnavailableError)) return found;
        if (found.status !== undefined) said = found;
        const { retryAfter } = attempt;
        const { leftMs } = deadline;
        // Who is to come back later than there is time for comes back once more, in the middle of what is left, and not again.
        const retryMs = (retryAfter ?? 0) * 1000;
        const isLate = retryMs >= leftMs;
        if (isLate && wasLate) throw said ?? found;
        wasLate = isLate;
        // Those who were refused at the same moment do not come back at the same moment.
        const spreadMs = pauseMs * (0.5 + Math.random() / 2);
        const laterMs = isLate ? Math.max(spreadMs, leftMs / 2) : retryMs;
        await deadline.wait(retryAfter === undefined ? spreadMs : laterMs);
        if (deadline.leftMs === 0) throw said ?? timeIsOver(call, found);
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }
    } catch (error) {
      const { givenUp } = deadline;
      throw givenUp ? givenUp.reason : error;
    } finally {
      deadline.dispose();
    }
  };
}

function outgoingOf(
  { method, path, headers, body }: Call,
  prefix: string,
  bearer: string | undefined,
  end: Deadline,
): Outgoing {
  // Neither a path nor a header ends a line, whatever is in it; what is in it may be a secret.
  if (!visible.test(path)) throw new TypeError('a path has visible characters of ASCII and nothing else');
  const all: Record<string, string> = { Accept: 'application/json' };
  const add = (name: string, value: string | undefined): void => {
    if (value === undefined) return;
    if (!visibleOrSpace.test(value)) {
      throw new TypeError(`the header ${name} has visible characters of ASCII and spaces, and nothing else`);
    }
    all[name] = value;
  };
  for (const name in headers) add(name, headers[name]);
  if (body) all['Content-Type'] = 'application/json';
  if (bearer !== undefined) add('Authorization', `Bearer ${bearer}`);
  return { method, path: `${prefix}${path}`, end, body: body && JSON.stringify(body), headers: all };
}

const visible = /^[!-~]+$/;
const visibleOrSpace = /^[ -~]*$/;

function noAnswer(cause: unknown): Attempt {
  return { status: 0, cause };
}

/** The document that was answered; an error where another attempt may help. Throws where none does. */
function readAttempt({ status, text = '', cause }: Attempt): AnsweredDocument | UnavailableError {
  if (status === 0) return new UnavailableError('unreachable', 'the sidecar does not answer', { cause });
  const document = parseObject(text);
  if (status >= 200 && status < 300) {
    if (document) return document;
    throw new UnexpectedAnswerError('the answer is no JSON object, so it is not from a sidecar', status);
  }
  if (status >= 500 || status === 429) {
    const { code, detail } = document ?? {};
    const message = textOf(detail) ?? `the sidecar cannot answer now (status ${status})`;
    const error = new UnavailableError(textOf(code) ?? 'unavailable', message, { status });
    if (status === 500) throw error;
    return error;
  }
  // What is refused is a problem; anything else comes from something in between.
  if (status < 400 || document === undefined) {
    throw new UnexpectedAnswerError(`status ${status} without a problem, so it is not from a sidecar`, status);
  }
  throw new RefusedError(status, document);
}

function timeIsOver({ timeoutMs }: Call, { cause }: UnavailableError): UnavailableError {
  const why = cause instanceof Error && !/abort|given up/i.test(cause.message) ? `: ${cause.message}` : '';
  return new UnavailableError('timeout', `no answer within ${timeoutMs} ms${why}`, { cause });
}

function parseObject(text: string): AnsweredDocument | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as AnsweredDocument)
      : undefined;
  } catch {
    return undefined;
  }
}
