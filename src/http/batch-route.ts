import type { EnforceRequest } from '../policy/decision.ts';
import { limits } from '../policy/limits.ts';
import type { LoadedPolicy } from '../store/live-policy.ts';
import type { Answer } from './answer.ts';
import { decide, explain } from './decide.ts';
import { decisionAnswer, decisionTextAnswer } from './decision-answer.ts';
import { readBatch, readQuestion } from './enforce-request.ts';
import type { JsonBodyRoute } from './json-body-listener.ts';
import { parseJsonBody } from './json-text.ts';
import { minRevisionOf, reachRevision } from './min-revision.ts';
import { readPlainBatch } from './plain-request.ts';
import { currentPolicy, type SidecarContext } from './sidecar-context.ts';
import type { Caller } from './token.ts';

type Mode = 'plain' | 'explain';

/** `POST /v1/enforce/batch`: many questions, answered from one policy. */
export function createBatchRoute(context: SidecarContext): JsonBodyRoute {
  return {
    name: 'batch',
    maximumBytes: limits.batchBodyBytes,
    answer: (body, mode, caller) => {
      const policy = currentPolicy(context);
      const plain = readPlainBatch(body, policy.engine.policy.catalog.subjectTypes[0]);
      if (plain !== undefined) return answerBatch(context, policy, plain, mode, caller);
      const value = parseJsonBody(body);
      const items = readBatch(value);
      const minRevision = minRevisionOf(value);
      const waiting = minRevision === undefined ? undefined : reachRevision(context, minRevision, '/minRevision');
      if (waiting === undefined) return answerItems(context, items, mode, caller);
      return waiting.then(() => answerItems(context, items, mode, caller));
    },
  };
}

function answerItems(context: SidecarContext, items: readonly unknown[], mode: Mode, caller: Caller): Answer {
  const policy = currentPolicy(context);
  const firstType = policy.engine.policy.catalog.subjectTypes[0];
  // All are read before the first is decided: a batch with one bad request decides and logs nothing.
  const requests = items.map((item, index) => readQuestion(item, firstType, `/requests/${index}`));
  return answerBatch(context, policy, requests, mode, caller);
}

function answerBatch(
  context: SidecarContext,
  policy: LoadedPolicy,
  requests: readonly EnforceRequest[],
  mode: Mode,
  caller: Caller,
): Answer {
  // All of them before the first is decided; and one that may not be asked is refused with all the others.
  if (caller.organizations !== undefined) {
    for (const [index, { workspace }] of requests.entries()) {
      context.access.checkPlace(caller, policy.engine.policy, 'workspace', workspace, `/requests/${index}/workspace`);
    }
  }
  const { revision } = policy;
  if (mode === 'explain') {
    const decisions = requests.map((request) => explain(context, policy, request));
    return decisionAnswer({ decisions, revision });
  }
  const isAllowed = (request: EnforceRequest): boolean => decide(context, policy, request) === 'granted';
  return decisionTextAnswer(writeAnswer(requests.map(isAllowed), revision));
}

// What JSON.stringify would write; it would take as long for it as the decisions do.
function writeAnswer(decisions: readonly boolean[], revision: string): string {
  const items = decisions.map((decision) => (decision ? '{"decision":true}' : '{"decision":false}'));
  return `{"decisions":[${items.join(',')}],"revision":${JSON.stringify(revision)}}`;
}
