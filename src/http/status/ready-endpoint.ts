import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { named } from '../openapi/named-schema.ts';
import { flag, record, revision as revisionSchema, time, timeOrNone } from '../openapi/openapi-words.ts';
import { failureKind } from './policy-document-schema.ts';
import { describeLookTimes } from './policy-document.ts';

const lookTimes = named(
  'LookTimes',
  record({
    lastReachedAt: timeOrNone,
    lastNewsAt: timeOrNone,
    failingSince: { ...timeOrNone, description: 'null: it is well.' },
    lastFailure: {
      anyOf: [record({ at: time, kind: failureKind }), { type: 'null' }],
      description: 'Also when it is well since; why in words tells `/v1/policy`.',
    },
  }),
);

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
          isFromCache: { ...flag, description: 'With `--database` or `--git`: what was kept on disk decides.' },
          isBeyondMaxStaleness: { ...flag, description: 'With `--max-staleness`.' },
          looks: lookTimes,
          publishing: lookTimes,
        },
      ),
    ),
    problems: ['no-policy', 'stopping'],
  },
  serve: (context) => () => {
    if (context.lifecycle.isStopping) throw new ApiProblem('stopping', 'the sidecar takes no more requests');
    const { revision } = currentPolicy(context);
    const { isStale, source, looks, publishing } = context.live;
    const isBeyondMaxStaleness = context.staleness.report?.isTooOld;
    const isFromCache = source?.isFromCache;
    // A folder is looked at where it is, and is away no more than its sidecar is.
    const told = source && looks && describeLookTimes(looks);
    const branch = publishing && describeLookTimes(publishing.looks);
    const standing = { revision, isStale, isFromCache, isBeyondMaxStaleness };
    return jsonAnswer(200, { status: 'ready', ...standing, looks: told, publishing: branch });
  },
};
