import { BoundedMemory } from '../../engine/bounded-memory.ts';
import type { Decision, EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import type { LoadedPolicy } from '../../store/live/policy-source.ts';
import { type Answer, decisionTextAnswer } from '../messages/answer.ts';
import { decide, decideLater, explain, explainLater } from './decide.ts';
import type { DecidingCall } from '../endpoint/endpoint.ts';
import { answerTooLarge } from '../ceilings/overload.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';

/** The way a batch is asked, and by which request. */
export type BatchCall = Pick<DecidingCall, 'mode' | 'requestId'>;

/** A batch of which some questions are answered, and the others looked up. */
export interface BegunBatch {
  readonly texts: string[];
  readonly later: readonly (() => string)[];
  readonly revision: string;
}

/**
 * The writer of the answers to batches: as JSON.stringify would, which would take as long for it as the decisions do.
 */
export class BatchAnswers {
  readonly #context: SidecarContext;
  #engine: LoadedPolicy['engine'] | undefined;
  // The engine gives the same reason again as the same object, so its text need not be written out again.
  #written = new BoundedMemory<Decision, string>(limits.rememberedCharacters);

  constructor(context: SidecarContext) {
    this.#context = context;
  }

  /**
   * Answers for as long as a slice. All questions are answered as things stand in this turn, whatever changes later:
   * what is left is looked up now.
   */
  begin(policy: LoadedPolicy, requests: readonly EnforceRequest[], call: BatchCall): BegunBatch {
    if (this.#engine !== policy.engine) this.#forget(policy.engine);
    const { revision } = policy;
    const isPlain = call.mode === 'plain';
    const texts = isPlain ? this.#decideSome(policy, requests, call) : this.#explainSome(policy, requests, call);
    // Nearly always it is all of them.
    if (texts.length === requests.length) return { texts, later: [], revision };
    const later = requests.slice(texts.length).map((request) => this.#later(policy, request, call));
    return { texts, later, revision };
  }

  *goOn({ texts, later, revision }: BegunBatch): Generator<void, Answer> {
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
    return writeBatch(texts, revision);
  }

  #decideSome(policy: LoadedPolicy, requests: readonly EnforceRequest[], { requestId }: BatchCall): string[] {
    const context = this.#context;
    const decideOne = (request: EnforceRequest): string =>
      decide(context, policy, request, requestId) === 'granted' ? allowText : denyText;
    if (requests.length <= decidedAtOnce) return requests.map(decideOne);
    const texts: string[] = [];
    // To look at the clock takes as long as a decision.
    const endMs = performance.now() + limits.answerSliceMs;
    do {
      const some = requests.slice(texts.length, texts.length + decidedAtOnce).map(decideOne);
      texts.push(...some);
    } while (texts.length < requests.length && performance.now() < endMs);
    return texts;
  }

  #explainSome(policy: LoadedPolicy, requests: readonly EnforceRequest[], { requestId }: BatchCall): string[] {
    const endMs = performance.now() + limits.answerSliceMs;
    const texts: string[] = [];
    for (const request of requests) {
      texts.push(this.#write(explain(this.#context, policy, request, requestId)));
      if (performance.now() >= endMs) break;
    }
    return texts;
  }

  #later(policy: LoadedPolicy, request: EnforceRequest, { mode, requestId }: BatchCall): () => string {
    if (mode === 'explain') {
      const explained = explainLater(this.#context, policy, request, requestId);
      return () => this.#write(explained());
    }
    const decided = decideLater(this.#context, policy, request, requestId);
    return () => (decided() === 'granted' ? allowText : denyText);
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

export function writeBatch(texts: readonly string[], revision: string): Answer {
  return decisionTextAnswer(`{"decisions":[${texts.join(',')}],"revision":${JSON.stringify(revision)}}`);
}

const decidedAtOnce = 128;

const allowText = '{"decision":true}';
const denyText = '{"decision":false}';
