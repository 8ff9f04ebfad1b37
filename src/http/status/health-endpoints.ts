import { type Answer, jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';

/** The process answers; it says nothing about the policy, so that no restart is tried to mend a file. */
export function createHealthEndpoint(): Endpoint {
  return { route: 'healthz', method: 'GET', path: '/healthz', answer: () => healthy };
}

const healthy: Answer = jsonAnswer(200, { status: 'ok' });

/** Whether requests should be sent here. A stale policy is still a policy. */
export function createReadyEndpoint(context: SidecarContext): Endpoint {
  return {
    route: 'readyz',
    method: 'GET',
    path: '/readyz',
    answer: () => {
      if (context.lifecycle.isStopping) throw new ApiProblem('stopping', 'the sidecar takes no more requests');
      const { revision } = currentPolicy(context);
      const { isStale, source } = context.live;
      const isBeyondMaxStaleness = context.staleness.report?.isTooOld;
      const isFromCache = source?.isFromCache;
      return jsonAnswer(200, { status: 'ready', revision, isStale, isFromCache, isBeyondMaxStaleness });
    },
  };
}
