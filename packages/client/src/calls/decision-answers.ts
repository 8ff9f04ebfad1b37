import { UnexpectedAnswerError } from '../words/errors.ts';
import type { Decision, Reason } from '../words/words.ts';

/** Reads the answer to one question. Only what is `true` to the letter allows. */
export function readDecision(document: Readonly<Record<string, unknown>>): Decision {
  return decisionOf(document, document['revision']);
}

/** Reads the answers to a batch, which are as many as there were questions. */
export function readDecisions(document: Readonly<Record<string, unknown>>, count: number): readonly Decision[] {
  const { decisions, revision } = document;
  if (!Array.isArray(decisions) || decisions.length !== count) {
    throw new UnexpectedAnswerError(`the answer has not the ${count} decisions that were asked for`);
  }
  return decisions.map((one) => decisionOf(one, revision));
}

function decisionOf(found: unknown, revision: unknown): Decision {
  const { decision, reason } = (found ?? {}) as { readonly decision?: unknown; readonly reason?: Reason };
  if (typeof decision !== 'boolean' || typeof revision !== 'string') {
    throw new UnexpectedAnswerError('the answer has no decision in it');
  }
  return { decision, revision, ...(reason && { reason }) };
}
