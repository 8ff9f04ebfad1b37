import type { OutgoingHttpHeaders } from 'node:http';
import type { Answer } from './answer.ts';

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
