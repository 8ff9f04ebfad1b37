import type { OverBudget } from '../../review/budget/over-budget.ts';
import type { RequestWeighing } from '../../review/budget/weigh-requests.ts';
import { budgetOutcomes, type ChangeBudget } from '../../store/live/change-budget.ts';
import { named } from '../openapi/named-schema.ts';
import { overBudgetSchema, weighingSchemas } from '../openapi/over-budget-schema.ts';
import { count, list, record, revision, text, time } from '../openapi/openapi-words.ts';

/** What `describeBudget` tells. */
export const budgetSchema = named(
  'ChangeBudget',
  record({
    maxChanged: { ...text, description: 'As `--max-changed` said it.' },
    waiting: {
      anyOf: [overBudgetSchema, { type: 'null' }],
      description: 'The policy that waits to be accepted; the last good one answers.',
    },
    refused: {
      ...list(overBudgetSchema),
      description: 'Changes that were not written, the last ones, newest first; each may be accepted.',
    },
    last: {
      anyOf: [
        record(
          {
            at: time,
            revision,
            outcome: {
              enum: budgetOutcomes,
              description:
                '`written`: it was judged where it was written. `unjudged`: too few requests were remembered. Both went live, as what is `within` and what was `accepted`.',
            },
            remembered: count,
          },
          weighingSchemas,
        ),
        { type: 'null' },
      ],
      description: 'The last policy that was judged.',
    },
  }),
);

/** How the budget stands, as `/v1/policy` tells it. */
export function describeBudget({ maxChanged, waiting, refused, last }: ChangeBudget): object {
  return {
    maxChanged,
    waiting: waiting === undefined ? null : describeOver(waiting),
    refused: refused.map(describeOver),
    last: last === undefined ? null : describeLast(last),
  };
}

export function describeOver({ revision: kept, maxChanged, weighing: found }: OverBudget): object {
  return { revision: kept, maxChanged, ...describeCounts(found) };
}

function describeLast({ at, weighing: found, ...others }: NonNullable<ChangeBudget['last']>): object {
  return { at: at.toISOString(), ...others, ...(found && describeCounts(found)) };
}

function describeCounts({ compared, denied, allowed, kinds }: RequestWeighing): object {
  return { compared, denied, allowed, kinds };
}
