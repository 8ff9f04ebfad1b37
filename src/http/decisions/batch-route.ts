import type { EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import type { LoadedPolicy } from '../../store/live/policy-source.ts';
import type { Answer } from '../messages/answer.ts';
import { BatchAnswers, writeBatch } from './batch-answers.ts';
import { readBatch, readQuestion } from './enforce-request.ts';
import type { Deciding, DecidingCall, DecisionEndpoint } from '../endpoint/endpoint.ts';
import { batchAnswerSchema, batchRequestSchema, batchShapeSchema, questionSchema } from './decision-schemas.ts';
import { explainQuery } from '../messages/request-query.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { minRevisionOf, reachRevision } from './min-revision.ts';
import { readPlainBatch } from './plain-request.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import type { Steps, WorkSize } from '../ceilings/slice-queue.ts';
import type { Caller } from '../access/token.ts';

/** A batch that may have to wait between two steps of its answer. */
interface AskedBatch {
  readonly context: SidecarContext;
  readonly answers: BatchAnswers;
  readonly body: Buffer;
  readonly call: DecidingCall;
  readonly size: WorkSize;
}

/** Many questions, answered from one policy. */
export const batchEndpoint: DecisionEndpoint = {
  route: 'batch',
  method: 'POST',
  path: '/v1/enforce/batch',
  access: { need: 'decide', extent: 'place' },
  body: {
    maximumBytes: limits.batchBodyBytes,
    schema: batchRequestSchema,
    checkedBy: [batchShapeSchema, questionSchema],
  },
  operation: {
    id: 'enforceBatch',
    tag: 'Decisions',
    summary: 'The same for many questions, all answered from one revision',
    query: explainQuery,
    answer: batchAnswerSchema,
    problems: ['answer-too-large', 'unknown-revision', 'database-refused', 'revision-not-reached', 'no-policy'],
  },
  decide: answerBatches,
};

function answerBatches(context: SidecarContext): Deciding {
  const answers = new BatchAnswers(context);
  const { work } = context.ceilings;
  return (body, call) => {
    const { mode, caller } = call;
    const policy = currentPolicy(context);
    const firstType = firstTypeOf(policy);
    const plain = readPlainBatch(body, firstType);
    const bytes = body.length;
    const size: WorkSize = { bytes, length: bytes <= limits.shortBatchBytes ? 'short' : 'long' };
    if (plain !== undefined && mode === 'plain') {
      requirePlaces(context, policy, plain, caller);
      const begun = answers.begin(policy, plain, call);
      // Nearly always it is done now, and nothing is left for later.
      return begun.later.length === 0 ? writeBatch(begun.texts, begun.revision) : work.run(answers.goOn(begun), size);
    }
    const asked: AskedBatch = { context, answers, body, call, size };
    return work.run(plain ? answerPlain(asked, plain, firstType) : answerBody(asked, 'asked'), asked.size);
  };
}

function* answerPlain(asked: AskedBatch, plain: readonly EnforceRequest[], readAs: string): Steps<Answer> {
  const policy = currentPolicy(asked.context);
  const firstType = firstTypeOf(policy);
  // It may have waited, and another policy reads the same words otherwise.
  const requests = firstType === readAs ? plain : (readPlainBatch(asked.body, firstType) ?? []);
  requirePlaces(asked.context, policy, requests, asked.call.caller);
  return yield* asked.answers.goOn(asked.answers.begin(policy, requests, asked.call));
}

// `reached`: what it asked to wait for was waited for; to ask again could mean to wait again, for ever.
function* answerBody(asked: AskedBatch, at: 'asked' | 'reached'): Steps<Answer> {
  const { context, body, size } = asked;
  const value = parseJsonBody(body, limits.batchParts);
  yield;
  const items = readBatch(value);
  const minRevision = minRevisionOf(value);
  const waiting =
    minRevision === undefined || at === 'reached' ? undefined : reachRevision(context, minRevision, '/minRevision');
  if (waiting === undefined) return yield* answerItems(asked, items);
  // What waits keeps its bytes alone: what was read of them takes ten times the room.
  return context.ceilings.holdBody(body, waiting, () => context.ceilings.work.run(answerBody(asked, 'reached'), size));
}

function* answerItems({ context, answers, call }: AskedBatch, items: readonly unknown[]): Generator<void, Answer> {
  for (;;) {
    const firstType = firstTypeOf(currentPolicy(context));
    // All are read before the first is decided: a batch with one bad request decides and logs nothing.
    const requests: EnforceRequest[] = [];
    for (const [index, item] of items.entries()) {
      requests.push(readQuestion(item, firstType, `/requests/${index}`));
      if (index % questionsAtOnce === questionsAtOnce - 1) yield;
    }
    const policy = currentPolicy(context);
    if (firstTypeOf(policy) !== firstType) continue;
    requirePlaces(context, policy, requests, call.caller);
    return yield* answers.goOn(answers.begin(policy, requests, call));
  }
}

/** All of them before the first is decided: one that may not be asked is refused with all the others. */
function requirePlaces(
  { access }: SidecarContext,
  { engine }: LoadedPolicy,
  requests: readonly EnforceRequest[],
  caller: Caller,
): void {
  if (caller.organizations === undefined) return;
  for (const [index, { workspace, organization = '' }] of requests.entries()) {
    const [kind, id] =
      workspace === undefined ? (['organization', organization] as const) : (['workspace', workspace] as const);
    access.checkPlace(caller, engine.policy, kind, id, `/requests/${index}/${kind}`);
  }
}

/** Questions read between two looks at the clock. */
const questionsAtOnce = 32;

function firstTypeOf({ engine }: LoadedPolicy): string {
  return engine.policy.catalog.subjectTypes[0];
}
