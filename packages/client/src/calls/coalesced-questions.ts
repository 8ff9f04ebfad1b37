import { RefusedError } from '../words/errors.ts';
import type { Decision, Question } from '../words/words.ts';

/** What questions must have in common to be asked in one request. */
export interface Terms {
  readonly isExplained: boolean;
  readonly timeoutMs: number;
  readonly minRevision: string | undefined;
}

/** The most questions that the sidecar takes in one request. */
export const mostInBatch = 1000;

/** Asks some questions in one request; answers in their order. */
export type AskTogether = (
  questions: readonly Question[],
  terms: Terms,
  signal?: AbortSignal,
) => Promise<readonly Decision[]>;

interface Waiting {
  readonly question: Question;
  readonly terms: Terms;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (decision: Decision) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the questions of one turn of the event loop, and asks them together, as DataLoader does. A question that is
 * refused is refused alone: the others of its request are asked once more without it.
 */
export class CoalescedQuestions {
  readonly #ask: AskTogether;
  readonly #afterThisTurn: (work: () => void) => void;
  #waiting: Waiting[] = [];

  constructor(ask: AskTogether, afterThisTurn: (work: () => void) => void) {
    this.#ask = ask;
    this.#afterThisTurn = afterThisTurn;
  }

  /** Asks a question with all others of this turn. A signal takes back this question alone. */
  ask(question: Question, terms: Terms, signal?: AbortSignal): Promise<Decision> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      if (this.#waiting.length === 0) this.#afterThisTurn(this.#send);
      const waiting = { question, terms, signal, resolve, reject };
      this.#waiting.push(signal ? takenBackBy(signal, waiting) : waiting);
    });
  }

  readonly #send = (): void => {
    const waiting = this.#waiting.filter(({ signal }) => !signal?.aborted);
    this.#waiting = [];
    if (waiting.length === 1) return void this.#settle(waiting);
    for (const group of groupsOf(waiting)) {
      for (let start = 0; start < group.length; start += mostInBatch) {
        void this.#settle(group.slice(start, start + mostInBatch));
      }
    }
  };

  async #settle(group: readonly Waiting[]): Promise<void> {
    const [first] = group;
    if (!first) return;
    const questions = group.map(({ question }) => question);
    try {
      // A lone question has nobody to wait for.
      const decisions = await this.#ask(questions, first.terms, group.length === 1 ? first.signal : undefined);
      group.forEach(({ resolve }, index) => resolve(decisions[index] as Decision));
    } catch (error) {
      const at = group.length > 1 ? faultIndex(error) : undefined;
      const faulty = at === undefined ? undefined : group[at];
      if (!faulty) return group.forEach(({ reject }) => reject(error));
      faulty.reject(ofOneQuestion(error as RefusedError));
      await this.#settle(group.filter((other) => other !== faulty));
    }
  }
}

function takenBackBy(signal: AbortSignal, waiting: Waiting): Waiting {
  const giveUp = (): void => waiting.reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  const over = <Value>(settle: (value: Value) => void): ((value: Value) => void) => {
    return (value) => {
      signal.removeEventListener('abort', giveUp);
      settle(value);
    };
  };
  return { ...waiting, resolve: over(waiting.resolve), reject: over(waiting.reject) };
}

function groupsOf(waiting: readonly Waiting[]): Iterable<readonly Waiting[]> {
  const groups = new Map<string, Waiting[]>();
  for (const one of waiting) {
    const { isExplained, timeoutMs, minRevision = '' } = one.terms;
    const key = `${isExplained} ${timeoutMs} ${minRevision}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups.values();
}

const pointerForm = /^\/requests\/(\d+)(.*)$/;

function faultIndex(error: unknown): number | undefined {
  if (!(error instanceof RefusedError)) return undefined;
  const [, index] = pointerForm.exec(error.pointer ?? '') ?? [];
  return index === undefined ? undefined : Number(index);
}

// Whoever asked it knows of no batch.
function ofOneQuestion({ status = 400, problem, pointer = '' }: RefusedError): RefusedError {
  const own = pointer.replace(pointerForm, '$2');
  const { detail } = problem;
  const said = typeof detail === 'string' ? detail.replaceAll(pointer, own === '' ? 'the question' : own) : detail;
  return new RefusedError(status, { ...problem, pointer: own, detail: said });
}
