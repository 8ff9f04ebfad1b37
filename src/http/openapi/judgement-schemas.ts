import { anything, count, list, record, text } from './openapi-words.ts';

const shareOfEffect = anything(
  'Subjects, and the permissions that they gain or lose, in a `workspace` or an `organization`.',
);

/** What a change comes to, beside its outcome; refusals have the same. */
export const judgementSchemas = {
  tests: anything('How many policy tests passed, and those that failed, each with its name.'),
  effect: record({ people: count, gained: list(shareOfEffect), lost: list(shareOfEffect) }),
  escalations: { ...list(text), description: 'Ways to more that it opens, a sentence each.' },
  affected: list(anything('Who loses what, or holds a role that is deleted.')),
  confirm: { ...text, description: 'What `role.delete` takes from somebody who has seen `affected`.' },
  etags: {
    type: 'array',
    items: { type: ['string', 'null'] },
    description: 'Of each edit: the hash of its object before.',
  },
  patch: { ...text, description: 'A unified diff of the files.' },
};
