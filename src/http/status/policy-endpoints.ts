import { limits } from '../../policy/limits.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { inTime } from '../endpoint/in-time.ts';
import { describeProblems } from './policy-document.ts';
import { readQuery } from '../messages/request-query.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';

/** Which policy is live, and how the last reading of the files went. */
export function createPolicyEndpoint(context: SidecarContext): Endpoint {
  return {
    route: 'policy',
    method: 'GET',
    path: '/v1/policy',
    answer: async (request) => {
      readQuery(request.url, []);
      return jsonAnswer(200, await context.whole.describePolicy());
    },
  };
}

/** Reads the files now. When they have problems the last good policy stays live. */
export function createReloadEndpoint(context: SidecarContext): Endpoint {
  return {
    route: 'reload',
    method: 'POST',
    path: '/v1/policy/reload',
    answer: async (request) => {
      readQuery(request.url, []);
      const { live } = context;
      const late = (): ApiProblem => unfinished(live.current?.revision);
      const reload = await inTime(live.reload('request'), limits.sourceAnswerMs, late);
      const { outcome, revision, error, isUnavailable } = reload;
      if (outcome !== 'failed') return jsonAnswer(200, { outcome, revision, ...describeProblems(reload) });
      const detail = `${error ?? 'the policy files have problems'}; ${whatStays(revision)}`;
      if (isUnavailable === true) throw new ApiProblem('database-unavailable', detail, comeBack);
      throw new ApiProblem('invalid-policy', detail, {
        extensions: { outcome, revision: revision ?? null, ...describeProblems(reload) },
      });
    },
  };
}

const comeBack = { headers: { 'Retry-After': '5' } };

function whatStays(revision: string | undefined): string {
  return revision === undefined ? 'no policy is live' : `revision ${revision} stays live`;
}

function unfinished(revision: string | undefined): ApiProblem {
  const detail = `the reload is not over after ${limits.sourceAnswerMs / 1000} seconds, and goes on`;
  return new ApiProblem('reload-unfinished', `${detail}; meanwhile ${whatStays(revision)}`, comeBack);
}
