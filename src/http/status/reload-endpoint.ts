import { limits } from '../../policy/limits.ts';
import type { PolicySource, ReloadOutcome } from '../../store/live/policy-source.ts';
import { describeOver } from '../budget/budget-document.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { databaseProblem } from '../endpoint/database-problem.ts';
import { inTime } from '../endpoint/in-time.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem, type ApiProblemCode } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { record, revision as revisionSchema } from '../openapi/openapi-words.ts';
import { listedProblems, problemCount } from '../openapi/problem-schema.ts';
import { describeProblems } from './policy-document.ts';

/** What can be wrong with a reload. */
export const reloadProblems = [
  'invalid-policy',
  'over-budget',
  'database-refused',
  'database-unavailable',
  'repository-refused',
  'repository-unavailable',
  'reload-unfinished',
] as const satisfies readonly ApiProblemCode[];

/** The files are read now. When they have problems the last good policy stays live. */
export const reloadEndpoint: ServedEndpoint = {
  route: 'reload',
  method: 'POST',
  path: '/v1/policy/reload',
  access: { need: 'change', extent: 'whole' },
  operation: {
    id: 'reloadPolicy',
    tag: 'Policy',
    summary: 'Read the files now; an admin call',
    query: {},
    answer: named(
      'Reload',
      record({
        outcome: { enum: ['loaded', 'unchanged'] },
        revision: revisionSchema,
        problems: { ...listedProblems, description: 'The first 100. Warnings only; errors are a 422.' },
        problemCount,
      }),
    ),
    problems: reloadProblems,
  },
  serve: (context) => async (request) => {
    readQuery(request.url, {});
    const { live } = context;
    const late = (): ApiProblem => unfinishedReload(live.current?.revision);
    const reload = await inTime(live.reload('request'), limits.sourceAnswerMs, late);
    const { outcome, revision } = reload;
    if (outcome !== 'failed') return jsonAnswer(200, { outcome, revision, ...describeProblems(reload) });
    throw reloadProblem(live, reload);
  },
};

/** A reload that failed, as it is told. */
export function reloadProblem(live: PolicySource, reload: ReloadOutcome): ApiProblem {
  const { revision, error, sourceFault, overBudget } = reload;
  const detail = `${error ?? 'the policy files have problems'}; ${whatStays(revision)}`;
  if (sourceFault !== undefined) {
    const source = live.source?.kind === 'git' ? 'repository' : 'database';
    return databaseProblem({ ...sourceFault, message: detail }, { afterSeconds: 5, source });
  }
  const extensions = { outcome: 'failed', revision: revision ?? null, ...describeProblems(reload) };
  if (overBudget === undefined) return new ApiProblem('invalid-policy', detail, { extensions });
  return new ApiProblem('over-budget', detail, { extensions: { ...extensions, budget: describeOver(overBudget) } });
}

const comeBack = { headers: { 'Retry-After': '5' } };

function whatStays(revision: string | undefined): string {
  return revision === undefined ? 'no policy is live' : `revision ${revision} stays live`;
}

/** The problem of one that takes longer than anybody waits. */
export function unfinishedReload(revision: string | undefined): ApiProblem {
  const detail = `the reload is not over after ${limits.sourceAnswerMs / 1000} seconds, and goes on`;
  return new ApiProblem('reload-unfinished', `${detail}; meanwhile ${whatStays(revision)}`, comeBack);
}
