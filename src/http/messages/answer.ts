import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { limits } from '../../policy/limits.ts';
import { type ApiProblem, problemDocument } from './api-problem.ts';
import type { UnreadAnswers } from './unread-answers.ts';

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

export function jsonAnswer(status: number, value: object): Answer {
  return textAnswer(status, 'application/json', JSON.stringify(value));
}

export function problemAnswer(problem: ApiProblem): Answer {
  const body = JSON.stringify(problemDocument(problem));
  const { status, headers, ...rest } = textAnswer(problem.status, 'application/problem+json', body);
  return { status, headers: { ...headers, ...problem.options.headers }, ...rest };
}

export function textAnswer(status: number, contentType: string, body: string): Answer {
  const headers = { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body), ...plainHeaders };
  return { status, headers, body };
}

export function sendAnswer(response: ServerResponse, answer: Answer, unread: UnreadAnswers): void {
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
  unread.watch(response);
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
