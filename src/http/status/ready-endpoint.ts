import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { named } from '../openapi/named-schema.ts';
import { flag, record, revision as revisionSchema } from '../openapi/openapi-words.ts';

/** Whether requests should be sent here. A stale policy is still a policy. */
export const readyEndpoint: ServedEndpoint = {
  route: 'readyz',
  method: 'GET',
  path: '/readyz',
  access: { need: 'open', extent: 'whole' },
  operation: {
    id: 'getReadiness',
    tag: 'Process',
    summary: 'A policy is live',
    answer: named(
      'Ready',
      record(
        { status: { const: 'ready' }, revision: revisionSchema, isStale: flag },
        {
          isFromCache: { ...flag, description: 'With `--database`: what was kept on disk decides.' },
          isBeyondMaxStaleness: { ...flag, description: 'With `--max-staleness`.' },
        },
      ),
    ),
    problems: ['no-policy', 'stopping'],
  },
  serve: (context) => () => {
    if (context.lifecycle.isStopping) throw new ApiProblem('stopping', 'the sidecar takes no more requests');
    const { revision } = currentPolicy(context);
    const { isStale, source } = context.live;
    const isBeyondMaxStaleness = context.staleness.report?.isTooOld;
    const isFromCache = source?.isFromCache;
    return jsonAnswer(200, { status: 'ready', revision, isStale, isFromCache, isBeyondMaxStaleness });
  },
};
