import { randomUUID } from 'node:crypto';
import { type Answer, problemAnswer } from './answer.ts';
import { ApiProblem } from './api-problem.ts';
import type { Logger } from '../logging/log.ts';

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
