import { named } from './named-schema.ts';
import { count, list, record, revision, text } from './openapi-words.ts';

/** The differences between two policies, counted over requests. */
export const weighingSchemas = {
  compared: { ...count, description: 'Remembered requests that were decided again.' },
  denied: { ...count, description: 'Allowed by the live policy and denied by this one.' },
  allowed: { ...count, description: 'Denied by the live policy and allowed by this one.' },
  kinds: {
    ...list(
      record(
        { answer: { enum: ['denied', 'allowed'] }, permission: text, count },
        { role: { ...text, description: 'The role that grants it in the policy that allows it.' } },
      ),
    ),
    description: 'The biggest kinds of differences. Nobody who asked is named.',
  },
};

/** A policy that changes more than may change at once. */
export const overBudgetSchema = named('OverBudget', record({ revision, maxChanged: text, ...weighingSchemas }));
