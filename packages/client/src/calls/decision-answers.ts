import { UnexpectedAnswerError } from '../words/errors.ts';
import type { Decision, Reason } from '../words/words.ts';

/**
 * Reads decisions of one revision, which are as many as there were questions. Only what is `true` to the letter allows.
 */
export function readDecisions(found: unknown, revision: unknown, count: number): readonly Decision[] {
  if (!Array.isArray(found) || found.length !== count) {
    throw new UnexpectedAnswerError(`the answer has not the ${count} decisions that were asked for`);
  }
  return found.map((one) => {
    const { decision, reason } = (one ?? {}) as { readonly decision?: unknown; readonly reason?: Reason };
    if (typeof decision !== 'boolean' || typeof revision !== 'string') {
      throw new UnexpectedAnswerError('the answer has no decision in it');
    }
    return { decision, revision, ...(reason && { reason }) };
  });
}
