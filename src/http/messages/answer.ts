import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { limits } from '../../policy/limits.ts';
import { ApiProblem, problemDocument } from './api-problem.ts';
import type { UnreadAnswers } from './unread-answers.ts';
import type { Logger } from '../logging/log.ts';

/** A whole response, ready to be written. */
export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

// Answers are about a policy that may change at any time, and no browser should guess another type for them.
const plainHeaders = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

/** How long a refused client may take to read why, before its connection is cut. */
const lingerMs = 500;

/** `moreText`: an object as JSON, written elsewhere, whose members follow those of the value. */
export function jsonAnswer(status: number, value: object, moreText?: string): Answer {
  return textAnswer(status, 'application/json', joinObjects(JSON.stringify(value), moreText));
}

function joinObjects(one: string, other = '{}'): string {
  if (other === '{}') return one;
  return one === '{}' ? other : `${one.slice(0, -1)},${other.slice(1)}`;
}

export function problemAnswer(problem: ApiProblem): Answer {
  const body = joinObjects(JSON.stringify(problemDocument(problem)), problem.options.moreText);
  const { status, headers, ...rest } = textAnswer(problem.status, 'application/problem+json', body);
  return { status, headers: { ...headers, ...problem.options.headers }, ...rest };
}

export function textAnswer(status: number, contentType: string, body: string): Answer {
  const headers = { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body), ...plainHeaders };
  return { status, headers, body };
}

/** Leads a browser on; where it came from is told to nobody. */
export function redirectAnswer(location: string, cookies: readonly string[]): Answer {
  const headers = { ...plainHeaders, Location: location, 'Content-Length': 0, 'Referrer-Policy': 'no-referrer' };
  return { status: 303, headers: { ...headers, ...(cookies.length > 0 && { 'Set-Cookie': [...cookies] }) }, body: '' };
}

/** An answer with one or many decisions. */
export function decisionAnswer(value: object): Answer {
  return decisionTextAnswer(JSON.stringify(value));
}

export function decisionTextAnswer(body: string): Answer {
  // Just these two headers: an answer to a POST is not cached, and every header is sent a thousand times a second.
  const headers: OutgoingHttpHeaders = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  };
  return { status: 200, headers, body };
}

/** Turns whatever a route threw into an answer. What we did not foresee is told to the log, and outside only its id. */
export function failureAnswer(error: unknown, log: Logger): Answer {
  if (error instanceof ApiProblem) return problemAnswer(error);
  if (isMalformedPath(error)) {
    return problemAnswer(new ApiProblem('malformed-http', 'the path is not percent-encoded as it should be'));
  }
  const id = randomUUID();
  log.error({ id, err: error }, 'a request failed');
  const detail = 'the sidecar could not answer; its log tells more under this id';
  return problemAnswer(new ApiProblem('internal-error', detail, { extensions: { id } }));
}

// Express' router throws this for a parameter like `%zz`.
function isMalformedPath(error: unknown): boolean {
  return error instanceof URIError;
}

export function sendAnswer(response: ServerResponse, answer: Answer, unread: UnreadAnswers): void {
  response.writeHead(answer.status, answer.headers);
  if (answer.body.length > limits.smallAnswerBytes) {
    sendInPieces(response, answer.body, unread);
    return;
  }
  response.end(answer.body);
  unread.watch(response, response.writableLength);
}

// The system takes megabytes at once, and copies them before anybody else is answered: so a piece a turn.
function sendInPieces(response: ServerResponse, body: string, unread: UnreadAnswers): void {
  unread.watch(response, body.length);
  let from = 0;
  const goOn = (): void => {
    if (response.destroyed) return;
    const to = endOfPiece(body, from);
    const piece = body.slice(from, to);
    from = to;
    if (to === body.length) response.end(piece);
    else if (response.write(piece)) setImmediate(goOn);
    // Node tells of it in the same turn when the system took the piece at once.
    else response.once('drain', () => setImmediate(goOn));
  };
  goOn();
}

// Never between the two halves of a character, which would both be lost.
function endOfPiece(body: string, from: number): number {
  const end = Math.min(body.length, from + limits.smallAnswerBytes);
  const isCut = end < body.length && (body.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return isCut ? end - 1 : end;
}

/**
 * Answers a request whose body nobody reads. Node would read and forget such a body to keep the connection; one
 * without an honest end is cut off instead, once the client had time to read the answer.
 */
export function sendAnswerUnread(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  unread: UnreadAnswers,
): void {
  if (bodyEndsSoon(request)) sendAnswer(response, answer, unread);
  else sendAnswerAndCut(request, response, answer);
}

export function sendAnswerAndCut(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  // Nothing more is read: the client's sending stalls at once, and ten megabytes stay where they are.
  request.pause();
  response.writeHead(answer.status, { ...answer.headers, Connection: 'close' });
  // Ending the response would close the connection under a client that still sends: it would see a reset, no answer.
  response.write(answer.body);
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

function bodyEndsSoon(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= limits.batchBodyBytes;
}
