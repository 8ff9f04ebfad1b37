import { changeModes } from '../../store/changes/asked-change.ts';
import { signatureStates } from '../../store/signatures/told-commits.ts';
import { limits } from '../../policy/limits.ts';
import { named } from '../openapi/named-schema.ts';
import { anything, count, flag, list, next, record, revision, text, time } from '../openapi/openapi-words.ts';
import { judgementSchemas } from '../openapi/judgement-schemas.ts';
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
const write = {
  enum: changeModes,
  description: 'Where it is to be written, of the places of `--changes`; the first of them when left out.',
};
const reason = { type: 'string', minLength: 1, maxLength: limits.reasonCharacters };

const id = { type: 'string', minLength: 1, maxLength: limits.idCharacters };
const sees = {
  description: 'With `?preview`: adds what somebody would see then, or whoever held some roles.',
  type: 'object',
  additionalProperties: false,
  properties: {
    workspace: { ...id, description: 'Where; or `organization`.' },
    organization: { ...id, description: 'Where; or `workspace`.' },
    subject: { ...actor, description: 'Through whose eyes; or `roles`. A string is an id of the first subject type.' },
    roles: { type: 'array', maxItems: limits.rolesOfMember, items: id },
    at: { type: 'string', minLength: 1, maxLength: 64, description: 'A date, or an RFC 3339 time; now when left out.' },
  },
};

function change(items: object): object {
  return {
    type: 'object',
    required: ['edits', 'actor'],
    additionalProperties: false,
    properties: {
      edits: { type: 'array', minItems: 1, maxItems: limits.editsOfChange, items, description: 'In this order.' },
      actor,
      reason,
      write,
      sees,
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
  properties: { actor, reason, write },
});

const subject = record({ type: text, id: text });
const written = named('WrittenChange', {
  description:
    'Where it was written: files of the policy folder, a commit, a release of the database, memberships there, or a branch for a review.',
  oneOf: [
    record({ files: list(text) }),
    record({ commit: text }),
    record({ release: count }),
    record(
      { branch: text },
      {
        page: { ...text, description: 'Where a request for it is opened, if the pages of that server are known.' },
        withoutPushOptions: { ...flag, description: 'The server takes no push options.' },
      },
    ),
    record({ members: { ...count, description: 'How many memberships at run time.' } }),
  ],
});
export const changeAnswerSchema = named(
  'ChangeAnswer',
  record(
    {},
    {
      revision: { ...revision, description: 'What decides by now. Left out where it was proposed: it is not live.' },
      change: { ...text, description: 'Its id. Left out where nothing was written.' },
      written,
      problems: listedProblems,
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
            written,
          },
          {
            revision: { ...text, description: 'Of the policy that it made; of a commit by hand nobody says.' },
            people: { ...count, description: 'How many gained or lost something.' },
            caller: { ...text, description: 'The name of the token.' },
            reason: text,
            reverts: { ...text, description: 'The change that it undid.' },
            author: { ...record({ name: text, mail: text }), description: 'With `--git`: of the commit.' },
            signature: {
              ...record({ state: { enum: signatureStates } }, { signer: text }),
              description: 'With `--git`: whether one of `--require-signed` signed the commit.',
            },
            request: { ...text, description: 'With `--git`: the `Idempotency-Key` of the change.' },
          },
        ),
      ),
      revision,
    },
    { next },
  ),
);
