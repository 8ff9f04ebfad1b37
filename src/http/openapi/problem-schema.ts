import { limits } from '../../policy/limits.ts';
import { problemSeverities } from '../../policy/problem.ts';
import { apiProblems } from '../messages/api-problem.ts';
import { judgementSchemas, nowSchema } from './judgement-schemas.ts';
import { named } from './named-schema.ts';
import { overBudgetSchema } from './over-budget-schema.ts';
import { signInWays } from '../sessions/sign-in-way.ts';
import { count, list, record, revisionOrNone, text } from './openapi-words.ts';

/** A problem of a policy file, as `rolebook lint` finds it. */
const policyProblem = named(
  'PolicyProblem',
  record(
    {
      code: { enum: Object.keys(problemSeverities) },
      severity: { enum: ['error', 'warning'] },
      file: text,
      line: count,
      column: count,
      message: text,
    },
    { help: text },
  ),
);

export const listedProblems = { ...list(policyProblem), maxItems: limits.toldProblems };
export const problemCount = { ...count, description: 'How many there are, those that are not listed among them.' };

/** What every refusal is answered (RFC 9457). */
export const problemSchema = named(
  'Problem',
  record(
    {
      type: { type: 'string', format: 'uri-reference' },
      title: text,
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: text,
      code: { enum: Object.keys(apiProblems) },
    },
    {
      pointer: { ...text, description: 'RFC 6901, to the member of the body that is at fault.' },
      id: { ...text, description: 'Under which the log tells more, with `internal-error`.' },
      way: { enum: signInWays, description: 'With `signed-out`: how people sign in to the pages.' },
      permission: { ...text, description: 'What the acting subject does not hold.' },
      outcome: { const: 'failed' },
      revision: { ...revisionOrNone, description: 'With `invalid-policy`: what stays live.' },
      problems: listedProblems,
      problemCount,
      budget: {
        ...overBudgetSchema,
        description: 'With `over-budget`: the policy that is kept back, and what it changes.',
      },
      now: nowSchema,
      ...judgementSchemas,
    },
  ),
);
