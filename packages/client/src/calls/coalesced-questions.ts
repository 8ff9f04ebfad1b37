import { RefusedError, textOf } from '../words/errors.ts';
import type { AskTogether, Terms } from './ask-together.ts';
import type { Transport } from '../transport/transport.ts';
import type { Decision, Question } from '../words/words.ts';

/** The most questions that the sidecar takes in one request. */
const mostInBatch = 1000;

/** Questions in as few requests as the sidecar takes. */
export function inBatches<One>(questions: readonly One[]): readonly (readonly One[])[] {
  const batches: (readonly One[])[] = [];
  for (let start = 0; start < questions.length; start += mostInBatch) {
    batches.push(questions.slice(start, start + mostInBatch));
  }
  return batches;
}

interface Waiting {
  readonly question: Question;
  readonly terms: Terms;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (decision: Decision) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What gathers the questions of one turn of the event loop, and asks them together, as DataLoader does. A question that is
 * refused is refused alone: the others of its request are asked once more without it. A signal takes back one question alone.
 */
export function coalesced(
  askTogether: AskTogether,
  transport: Transport,
): (question: Question, terms: Terms, signal?: AbortSignal) => Promise<Decision> {
  let waiting: Waiting[] = [];

  const settle = async (group: readonly Waiting[]): Promise<void> => {
    const [first] = group;
    if (!first) return;
    try {
      const questions = group.map(({ question }) => question);
      // A lone question has nobody to wait for.
      const decisions = await askTogether(questions, first.terms, group.length === 1 ? first.signal : undefined);
      group.forEach(({ resolve }, index) => resolve(decisions[index] as Decision));
    } catch (error) {
      const { pointer = '' } = error instanceof RefusedError ? error : {};
      const [, index, own = ''] = pointerForm.exec(pointer) ?? [];
      const faulty = group[Number(index)];
      if (!faulty) return group.forEach(({ reject }) => reject(error));
      faulty.reject(ofOneQuestion(error as RefusedError, pointer, own));
      await settle(group.filter((other) => other !== faulty));
    }
  };

  const send = (): void => {
    const asked = waiting.filter(({ signal }) => !signal?.aborted);
    waiting = [];
    if (asked.length === 1) return void settle(asked);
    for (const group of groupsOf(asked)) for (const batch of inBatches(group)) void settle(batch);
  };

  return (question, terms, signal) => {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const answer = new Promise<Decision>((resolve, reject) => {
      if (waiting.length === 0) transport.afterThisTurn(send);
      waiting.push({ question, terms, signal, resolve, reject });
    });
    return signal ? orGivenUp(answer, signal) : answer;
  };
}

function groupsOf(waiting: readonly Waiting[]): Iterable<readonly Waiting[]> {
  const groups = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const { explain, timeoutMs, minRevision = '' } = one.terms;
    const key = `${explain} ${timeoutMs} ${minRevision}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups.values();
}

const pointerForm = /^\/requests\/(\d+)(.*)$/;

// Whoever asked it knows of no batch.
function ofOneQuestion({ status = 400, problem }: RefusedError, pointer: string, own: string): RefusedError {
  const detail = textOf(problem['detail'])?.replaceAll(pointer, own === '' ? 'the question' : own);
  return new RefusedError(status, { ...problem, pointer: own, detail });
}

function orGivenUp<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
