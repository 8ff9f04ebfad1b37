import { createSchemaCheck } from '../../compile/schema/json-schema.ts';
import { limits } from '../../policy/limits.ts';
import { parseRevision } from '../../policy/text/revision-text.ts';
import type { Acceptance } from '../../store/live/change-budget.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { inTime } from '../endpoint/in-time.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { invalid, refuseViolation } from '../messages/invalid-request.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { record, revision as revisionSchema, text } from '../openapi/openapi-words.ts';
import { reloadProblem, reloadProblems, unfinishedReload } from './reload-endpoint.ts';

const acceptSchema = named(
  'Acceptance',
  record(
    { revision: { ...text, description: 'Of the policy that waits, as `GET /v1/policy` tells it.' } },
    { reason: { ...text, maxLength: limits.reasonCharacters, description: 'For the log.' } },
  ),
);

const violations = createSchemaCheck(acceptSchema);

/** A policy that changes more than `--max-changed` goes live, because somebody looked at what it changes. */
export const acceptEndpoint: ServedEndpoint = {
  route: 'accept',
  method: 'POST',
  path: '/v1/policy/accept',
  access: { need: 'change', extent: 'whole' },
  body: { maximumBytes: limits.requestBodyBytes, schema: acceptSchema },
  operation: {
    id: 'makePolicyLive',
    tag: 'Policy',
    summary: 'A policy goes live that changes more than `--max-changed`; an admin call',
    query: {},
    answer: named(
      'Accepted',
      record({
        outcome: { enum: ['live', 'allowed'], description: '`allowed`: send the change again that was refused.' },
        revision: { ...revisionSchema, description: 'What is live now; with `allowed` what was accepted.' },
      }),
    ),
    problems: ['budget-off', 'already-live', 'not-waiting', ...reloadProblems],
  },
  serve:
    ({ live, budget, log }) =>
    async (request, body, caller) => {
      readQuery(request.url, {});
      const value = parseJsonBody(body);
      refuseViolation(violations(value), '');
      const { revision, reason } = value as { readonly revision: string; readonly reason?: string };
      const policy = parseRevision(revision)?.policy;
      if (policy === undefined) throw invalid('/revision', 'is a revision as in `3f9c2a1b7d4e`');
      if (budget === undefined) {
        throw new ApiProblem('budget-off', 'every policy goes live here; start the sidecar with `--max-changed 1%`');
      }
      const late = (): ApiProblem => unfinishedReload(live.current?.revision);
      const accepted = await inTime(budget.accept(policy), limits.sourceAnswerMs, late);
      if (accepted.kind === 'reloaded' || accepted.kind === 'allowed') {
        log.info({ accepted: policy, caller: caller.name, reason }, 'a policy was accepted, whatever it changes');
      }
      if (accepted.kind === 'allowed') return jsonAnswer(200, { outcome: 'allowed', revision: policy });
      if (accepted.kind !== 'reloaded') throw refusalOfAcceptance(accepted, policy);
      const { outcome, revision: liveRevision } = accepted.reload;
      if (outcome === 'failed') throw reloadProblem(live, accepted.reload);
      return jsonAnswer(200, { outcome: 'live', revision: liveRevision });
    },
};

function refusalOfAcceptance(
  acceptance: Exclude<Acceptance, { readonly kind: 'reloaded' | 'allowed' }>,
  policy: string,
): ApiProblem {
  if (acceptance.kind === 'already-live') {
    return new ApiProblem('already-live', `policy ${policy} is live already; there is nothing to accept`);
  }
  const { waiting } = acceptance;
  const then = waiting === undefined ? 'none waits' : `${waiting} waits`;
  return new ApiProblem('not-waiting', `policy ${policy} does not wait to be accepted; ${then}`);
}
