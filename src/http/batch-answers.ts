import { BoundedMemory } from '../policy/bounded-memory.ts';
import type { Decision, EnforceRequest } from '../policy/decision.ts';
import { limits } from '../policy/limits.ts';
import type { LoadedPolicy } from '../store/live-policy.ts';
import type { Answer } from './answer.ts';
import { decide, decideLater, explain, explainLater } from './decide.ts';
import { decisionTextAnswer } from './decision-answer.ts';
import { answerTooLarge } from './overload.ts';
import type { SidecarContext } from './sidecar-context.ts';

export type BatchMode = 'plain' | 'explain';

type Ask = (request: EnforceRequest) => string;

/** Writes the answers to batches: as JSON.stringify would, which would take as long for it as the decisions do. */
export class BatchAnswers {
  readonly #context: SidecarContext;
  #engine: LoadedPolicy['engine'] | undefined;
  // The engine gives the same reason again as the same object, so its text need not be written out again.
  #written = new BoundedMemory<Decision, string>(limits.rememberedCharacters);

  constructor(context: SidecarContext) {
    this.#context = context;
  }

  /**
   * All questions are answered as things stand when the first step is made, whatever changes between two steps: what
   * has not been answered when the first slice ends is looked up in that same turn.
   */
  *answer(policy: LoadedPolicy, requests: readonly EnforceRequest[], mode: BatchMode): Generator<void, Answer> {
    if (this.#engine !== policy.engine) this.#forget(policy.engine);
    const texts: string[] = [];
    const ask = this.#createAsk(policy, mode);
    const atOnce = mode === 'plain' ? plainAtOnce : 1;
    const untilMs = performance.now() + limits.answerSliceMs;
    do {
      for (let count = 0; count < atOnce && texts.length < requests.length; count += 1) {
        texts.push(ask(requests[texts.length] as EnforceRequest));
      }
    } while (texts.length < requests.length && performance.now() < untilMs);
    const later = requests.slice(texts.length).map((request) => this.#later(policy, request, mode));
    let characters = texts.reduce((sum, { length }) => sum + length, 0);
    for (const answer of later) {
      // Nothing more is worked out for an answer that nobody gets.
      if (characters > limits.answerBytes) break;
      yield;
      const text = answer();
      characters += text.length;
      texts.push(text);
    }
    if (characters > limits.answerBytes) throw answerTooLarge();
    return decisionTextAnswer(`{"decisions":[${texts.join(',')}],"revision":${JSON.stringify(policy.revision)}}`);
  }

  #createAsk(policy: LoadedPolicy, mode: BatchMode): Ask {
    const context = this.#context;
    if (mode === 'explain') return (request) => this.#write(explain(context, policy, request));
    return (request) => writePlain(decide(context, policy, request) === 'granted');
  }

  #later(policy: LoadedPolicy, request: EnforceRequest, mode: BatchMode): () => string {
    if (mode === 'explain') {
      const explained = explainLater(this.#context, policy, request);
      return () => this.#write(explained());
    }
    const decided = decideLater(this.#context, policy, request);
    return () => writePlain(decided() === 'granted');
  }

  #write(found: Decision): string {
    // Such a one is told anew each time, and only until the source is heard again.
    const isPassing = found.reason.staleSince !== undefined || found.reason.code === 'stale-policy';
    const known = isPassing ? undefined : this.#written.get(found);
    if (known !== undefined) return known;
    const text = JSON.stringify({ decision: found.decision, reason: found.reason });
    if (!isPassing) this.#written.set(found, text, text.length);
    return text;
  }

  #forget(engine: LoadedPolicy['engine']): void {
    this.#engine = engine;
    this.#written = new BoundedMemory(limits.rememberedCharacters);
  }
}

/** Decisions between two looks at the clock, which takes as long as one of them. */
const plainAtOnce = 64;

function writePlain(isAllowed: boolean): string {
  return isAllowed ? '{"decision":true}' : '{"decision":false}';
}
