import { BoundedMemory } from '../../engine/bounded-memory.ts';
import type { Decision, EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import type { LoadedPolicy } from '../../store/live/policy-source.ts';
import { type Answer, decisionAnswer } from '../messages/answer.ts';
import { decide, explain } from './decide.ts';
import { readEnforceRequest } from './enforce-request.ts';
import type { Deciding, DecidingCall, DecisionEndpoint } from '../endpoint/endpoint.ts';
import { enforceAnswerSchema, enforceRequestSchema } from './decision-schemas.ts';
import { explainQuery } from '../messages/request-query.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { minRevisionOf, reachRevision } from './min-revision.ts';
import { readPlainRequest } from './plain-request.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';

/** Whether the revision that a request may ask for was waited for: to ask again could mean to wait again, for ever. */
type Stage = 'asked' | 'reached';

/** May this subject do this, here? */
export const enforceEndpoint: DecisionEndpoint = {
  route: 'enforce',
  method: 'POST',
  path: '/v1/enforce',
  access: { need: 'decide', extent: 'place' },
  body: { maximumBytes: limits.requestBodyBytes, schema: enforceRequestSchema },
  operation: {
    id: 'enforce',
    tag: 'Decisions',
    summary: 'May this subject do this, here?',
    query: explainQuery,
    answer: enforceAnswerSchema,
    problems: ['unknown-revision', 'database-refused', 'revision-not-reached', 'no-policy'],
  },
  decide: answerQuestions,
};

function answerQuestions(context: SidecarContext): Deciding {
  let prepared: PreparedAnswers | undefined;
  const answer = (policy: LoadedPolicy, request: EnforceRequest, call: DecidingCall): Answer => {
    const { mode, caller, requestId } = call;
    const { workspace, organization = '' } = request;
    if (workspace === undefined) {
      context.access.checkPlace(caller, policy.engine.policy, 'organization', organization, '/organization');
    } else context.access.checkPlace(caller, policy.engine.policy, 'workspace', workspace, '/workspace');
    if (prepared?.policy !== policy) prepared = prepareAnswers(policy);
    if (mode === 'explain') return explainedAnswer(prepared, explain(context, policy, request, requestId));
    return decide(context, policy, request, requestId) === 'granted' ? prepared.allow : prepared.deny;
  };
  const answerBody = (body: Buffer, call: DecidingCall, at: Stage): Answer | Promise<Answer> => {
    const policy = currentPolicy(context);
    const plain = readPlainRequest(body, policy.engine.policy.catalog.subjectTypes[0]);
    if (plain !== undefined) return answer(policy, plain, call);
    const value = parseJsonBody(body);
    const request = readEnforceRequest(value, policy.engine.policy.catalog.subjectTypes[0]);
    const minRevision = minRevisionOf(value);
    const waiting =
      minRevision === undefined || at === 'reached' ? undefined : reachRevision(context, minRevision, '/minRevision');
    if (waiting === undefined) return answer(policy, request, call);
    // What was waited for is another policy, which may read the same body otherwise.
    return context.ceilings.holdBody(body, waiting, () => answerBody(body, call, 'reached'));
  };
  return (body, call) => answerBody(body, call, 'asked');
}

/** There are two answers a revision; writing them out anew each time would cost more than the decision. */
interface PreparedAnswers {
  readonly policy: LoadedPolicy;
  readonly allow: Answer;
  readonly deny: Answer;
  /** The engine gives the same reason again as the same object, so its text need not be written out again. */
  readonly explained: BoundedMemory<Decision, Answer>;
}

function prepareAnswers(policy: LoadedPolicy): PreparedAnswers {
  const { revision } = policy;
  return {
    policy,
    allow: decisionAnswer({ decision: true, revision }),
    deny: decisionAnswer({ decision: false, revision }),
    explained: new BoundedMemory(limits.rememberedCharacters),
  };
}

function explainedAnswer({ policy, explained }: PreparedAnswers, found: Decision): Answer {
  // Such a one is told anew each time, and only until the source is heard again.
  const isPassing = found.reason.staleSince !== undefined || found.reason.code === 'stale-policy';
  const known = isPassing ? undefined : explained.get(found);
  if (known) return known;
  const answer = decisionAnswer({ decision: found.decision, reason: found.reason, revision: policy.revision });
  if (!isPassing) explained.set(found, answer, answer.body.length);
  return answer;
}
