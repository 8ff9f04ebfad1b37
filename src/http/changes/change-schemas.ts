import { limits } from '../../policy/limits.ts';
import { named } from '../openapi/named-schema.ts';
import { anything, count, list, next, record, revision, text, time } from '../openapi/openapi-words.ts';
import { listedProblems } from '../openapi/problem-schema.ts';
import { editSchemas } from './edit-schemas.ts';

const actor = {
  description: 'Who makes it. A string is an id of the first subject type.',
  type: ['string', 'object'],
  minLength: 1,
  maxLength: limits.subjectIdCharacters,
  required: ['type', 'id'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', minLength: 1, maxLength: limits.idCharacters },
    id: { type: 'string', minLength: 1, maxLength: limits.subjectIdCharacters },
  },
};
const reason = { type: 'string', minLength: 1, maxLength: limits.reasonCharacters };

function change(items: object): object {
  return {
    type: 'object',
    required: ['edits', 'actor'],
    additionalProperties: false,
    properties: {
      edits: { type: 'array', minItems: 1, maxItems: limits.editsOfChange, items, description: 'In this order.' },
      actor,
      reason,
    },
  };
}

/** A change as the document has it. */
export const changeSchema = named('ChangeRequest', change({ oneOf: Object.values(editSchemas) }));

/** What a change is checked by, its edits aside: each is checked by the schema of its kind. */
export const changeEnvelopeSchema = change({ type: 'object' });

export const revertSchema = named('RevertRequest', {
  type: 'object',
  required: ['actor'],
  additionalProperties: false,
  properties: { actor, reason },
});

const subject = record({ type: text, id: text });
const written = anything('Where it was written: `files`, or `commit`, `branch` or `release`.');
const shareOfEffect = anything(
  'Subjects, and the permissions that they gain or lose, in a `workspace` or an `organization`.',
);

/** What a change comes to, beside its outcome; refusals have the same. */
export const judgementSchemas = {
  problems: listedProblems,
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

export const changeAnswerSchema = named(
  'ChangeAnswer',
  record(
    { revision },
    {
      change: { ...text, description: 'Its id. Left out where nothing was written.' },
      written,
      ...judgementSchemas,
    },
  ),
);

export const changeListSchema = named(
  'ChangeList',
  record(
    {
      changes: list(
        record(
          {
            change: text,
            at: time,
            actor: subject,
            edits: list(anything('As it was asked for.')),
            revision: text,
            written,
            people: count,
          },
          {
            caller: { ...text, description: 'The name of the token.' },
            reason: text,
            reverts: { ...text, description: 'The change that it undid.' },
          },
        ),
      ),
      revision,
    },
    { next },
  ),
);
