import { jsonAnswer } from './answer.ts';
import { ApiProblem } from './api-problem.ts';
import type { Endpoint } from './endpoint.ts';
import { describeProblems } from './policy-document.ts';
import { readQuery } from './request-query.ts';
import type { SidecarContext } from './sidecar-context.ts';

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
      const reload = await context.live.reload('request');
      const { outcome, revision, error } = reload;
      if (outcome !== 'failed') return jsonAnswer(200, { outcome, revision, ...describeProblems(reload) });
      const stays = revision === undefined ? 'no policy is live' : `revision ${revision} stays live`;
      throw new ApiProblem('invalid-policy', `${error ?? 'the policy files have problems'}; ${stays}`, {
        extensions: { outcome, revision: revision ?? null, ...describeProblems(reload) },
      });
    },
  };
}
