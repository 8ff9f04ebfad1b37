import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';
import { ApiProblem } from './api-problem.ts';
import { parseEntityTags, type EntityTag } from './entity-tags.ts';

/** The tags that somebody has the answers of already; `any`: whatever it is. Undefined: none. */
export type KnownTags = readonly EntityTag[] | 'any' | undefined;

/** Reads `If-None-Match` of a request that reads. */
export function readKnownTags({ headers }: IncomingMessage): KnownTags {
  const text = headers['if-none-match'];
  if (text === undefined) return undefined;
  const tags = parseEntityTags(text);
  if (tags !== undefined) return tags;
  throw new ApiProblem('invalid-request', '`If-None-Match` is what `ETag` said, with its quotes, as in `"5d2c…"`');
}

/** An answer with its tag, the hash of what it says; 304 without a body for whoever has it already. */
export function tagAnswer(answer: Answer, known: KnownTags): Answer {
  const tag = createHash('sha256').update(answer.body).digest('hex').slice(0, tagDigits);
  // It may be kept, and is to be asked for again each time: the policy may have changed.
  const headers = { ETag: `"${tag}"`, 'Cache-Control': 'private, no-cache' };
  if (known === 'any' || known?.some((one) => one.tag === tag)) return { status: 304, headers, body: '' };
  return { status: answer.status, headers: { ...answer.headers, ...headers }, body: answer.body };
}

const tagDigits = 24;
