import type { Decision, Question } from '../words/words.ts';
import type { MakeCall } from './caller.ts';
import { readDecisions } from './decision-answers.ts';
import type { SeenRevision } from './seen-revision.ts';

/** What questions must have in common to be asked in one request. */
export interface Terms {
  readonly explain: boolean;
  readonly timeoutMs: number;
  readonly minRevision: string | undefined;
}

/** Asks some questions in one request; answers in their order. A lone one is asked as such where it is not said to be a batch. */
export type AskTogether = (
  questions: readonly Question[],
  terms: Terms,
  signal?: AbortSignal,
  isBatch?: boolean,
) => Promise<readonly Decision[]>;

/** What asks from a revision that is new enough. */
export function askerOf(call: MakeCall, seen: SeenRevision): AskTogether {
  return (questions, { explain, timeoutMs, minRevision: given }, signal, isBatch = questions.length > 1) => {
    const path = `/v1/enforce${isBatch ? '/batch' : ''}${explain ? '?explain' : ''}`;
    const asked = isBatch ? { requests: questions } : questions[0];
    return seen.ask(given, async (minRevision) => {
      // What is said for nearly no question costs nothing for the others.
      const body = minRevision === undefined ? asked : { ...asked, minRevision };
      const document = await call({ method: 'POST', path, body, timeoutMs, signal });
      return readDecisions(isBatch ? document['decisions'] : [document], document['revision'], questions.length);
    });
  };
}
