import type { EnforceRequest } from '../policy/decision.ts';
import { limits } from '../policy/limits.ts';
import { decide, explain } from './decide.ts';
import { decisionAnswer, decisionTextAnswer } from './decision-answer.ts';
import { readBatch, readEnforceRequest } from './enforce-request.ts';
import type { JsonBodyRoute } from './json-body-listener.ts';
import { parseJsonBody } from './json-text.ts';
import { readPlainBatch } from './plain-request.ts';
import { currentPolicy, type SidecarContext } from './sidecar-context.ts';

/** `POST /v1/enforce/batch`: many questions, answered from one policy. */
export function createBatchRoute(context: SidecarContext): JsonBodyRoute {
  return {
    name: 'batch',
    maximumBytes: limits.batchBodyBytes,
    answer: (body, mode) => {
      const policy = currentPolicy(context);
      const { revision } = policy;
      // All are read before the first is decided: a batch with one bad request decides and logs nothing.
      const requests = readRequests(body, policy.engine.policy.catalog.subjectTypes[0]);
      if (mode === 'explain') {
        const decisions = requests.map((request) => explain(context, policy, request));
        return decisionAnswer({ decisions, revision });
      }
      const isAllowed = (request: EnforceRequest): boolean => decide(context, policy, request) === 'granted';
      return decisionTextAnswer(writeAnswer(requests.map(isAllowed), revision));
    },
  };
}

function readRequests(body: Buffer, firstSubjectType: string): readonly EnforceRequest[] {
  const plain = readPlainBatch(body, firstSubjectType);
  if (plain !== undefined) return plain;
  const items = readBatch(parseJsonBody(body));
  return items.map((item, index) => readEnforceRequest(item, firstSubjectType, `/requests/${index}`));
}

// What JSON.stringify would write; it would take as long for it as the decisions do.
function writeAnswer(decisions: readonly boolean[], revision: string): string {
  const items = decisions.map((decision) => (decision ? '{"decision":true}' : '{"decision":false}'));
  return `{"decisions":[${items.join(',')}],"revision":${JSON.stringify(revision)}}`;
}
