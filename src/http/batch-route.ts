import { limits } from '../policy/limits.ts';
import { jsonAnswer } from './answer.ts';
import { decide, explain } from './decide.ts';
import { readBatch, readEnforceRequest } from './enforce-request.ts';
import type { JsonBodyRoute } from './json-body-listener.ts';
import { parseJsonBody } from './json-text.ts';
import { currentPolicy, type SidecarContext } from './sidecar-context.ts';

/** `POST /v1/enforce/batch`: many questions, answered from one policy. */
export function createBatchRoute(context: SidecarContext): JsonBodyRoute {
  return {
    name: 'batch',
    maximumBytes: limits.batchBodyBytes,
    answer: (body, mode) => {
      const policy = currentPolicy(context);
      const firstType = policy.engine.policy.catalog.subjectTypes[0];
      // All are read before the first is decided: a batch with one bad request decides and logs nothing.
      const items = readBatch(parseJsonBody(body));
      const requests = items.map((item, index) => readEnforceRequest(item, firstType, `/requests/${index}`));
      const decisions = requests.map((request) =>
        mode === 'explain'
          ? explain(context, policy, request)
          : { decision: decide(context, policy, request) === 'granted' },
      );
      return jsonAnswer(200, { decisions, revision: policy.revision });
    },
  };
}
