import type { EnforceRequest } from '../policy/decision.ts';
import { limits } from '../policy/limits.ts';
import type { LoadedPolicy } from '../store/live-policy.ts';
import { type Answer, jsonAnswer } from './answer.ts';
import { decide, explain } from './decide.ts';
import { readEnforceRequest } from './enforce-request.ts';
import type { JsonBodyRoute } from './json-body-listener.ts';
import { parseJsonBody } from './json-text.ts';
import { readPlainRequest } from './plain-request.ts';
import { currentPolicy, type SidecarContext } from './sidecar-context.ts';

/** `POST /v1/enforce`: may this subject do this, here? */
export function createEnforceRoute(context: SidecarContext): JsonBodyRoute {
  let prepared: PreparedAnswers | undefined;
  return {
    name: 'enforce',
    maximumBytes: limits.requestBodyBytes,
    answer: (body, mode) => {
      const policy = currentPolicy(context);
      const request = readRequest(body, policy.engine.policy.catalog.subjectTypes[0]);
      if (mode === 'explain') {
        return jsonAnswer(200, { ...explain(context, policy, request), revision: policy.revision });
      }
      if (prepared?.policy !== policy) prepared = prepareAnswers(policy);
      return decide(context, policy, request) === 'granted' ? prepared.allow : prepared.deny;
    },
  };
}

function readRequest(body: Buffer, firstSubjectType: string): EnforceRequest {
  return readPlainRequest(body, firstSubjectType) ?? readEnforceRequest(parseJsonBody(body), firstSubjectType);
}

/** There are two answers a revision; writing them out anew each time would cost more than the decision. */
interface PreparedAnswers {
  readonly policy: LoadedPolicy;
  readonly allow: Answer;
  readonly deny: Answer;
}

function prepareAnswers(policy: LoadedPolicy): PreparedAnswers {
  return { policy, allow: prepareAnswer(true, policy.revision), deny: prepareAnswer(false, policy.revision) };
}

function prepareAnswer(decision: boolean, revision: string): Answer {
  const body = JSON.stringify({ decision, revision });
  // Just these two headers: an answer to a POST is not cached, and every header is sent a thousand times a second.
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return { status: 200, headers, body };
}
