import { limits } from '../../policy/limits.ts';
import { named } from '../openapi/named-schema.ts';
import { anything, count, flag, list, record, revision, text, time } from '../openapi/openapi-words.ts';

// These check the requests and stand in /openapi.json, so the document cannot say anything else than the code does.

const attributes = anything('Attributes that the `when` of a scope may look up.');

const subject = {
  description: 'Who asks. A string is an id of the first subject type, as it stands; other types come as an object.',
  type: ['string', 'object'],
  minLength: 1,
  maxLength: limits.subjectIdCharacters,
  required: ['type', 'id'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', minLength: 1, maxLength: limits.idCharacters },
    id: { type: 'string', minLength: 1, maxLength: limits.subjectIdCharacters },
    properties: attributes,
  },
};

const scopeId = { type: 'string', minLength: 1, maxLength: limits.idCharacters };

/** A permission has that many scopes at most: those with a `when`, and the one for all the rest. */
export const maximumScopes = limits.conditionalScopes + 1;

const scope = {
  ...scopeId,
  description: 'The scopes the request is in. Without it they are found from `when`, `resource` and `context`.',
  type: ['string', 'array'],
  minItems: 1,
  maxItems: maximumScopes,
  uniqueItems: true,
  items: scopeId,
};

const minRevision = {
  description: 'Answer from this revision or a later one, or not at all.',
  type: 'string',
  minLength: 1,
  // That of files with the whole name of a commit, as long as git makes them, has 77.
  maxLength: 80,
};

/** One question, alone or of a batch. */
export const questionSchema = named('Question', {
  type: 'object',
  description: 'With one of `workspace` and `organization`.',
  required: ['subject', 'permission'],
  additionalProperties: false,
  properties: {
    subject,
    workspace: { type: 'string', minLength: 1, maxLength: limits.idCharacters },
    organization: {
      description: 'In place of `workspace`: a company itself, for a permission that spans it.',
      type: 'string',
      minLength: 1,
      maxLength: limits.idCharacters,
    },
    permission: {
      description: '`resource:action`.',
      type: 'string',
      minLength: 1,
      maxLength: limits.permissionCharacters,
    },
    scope,
    resource: attributes,
    context: attributes,
  },
});

export const enforceRequestSchema = named('EnforceRequest', {
  ...questionSchema,
  properties: { ...questionSchema.properties, minRevision },
});

function batchOf(items: object): object {
  return {
    type: 'object',
    required: ['requests'],
    additionalProperties: false,
    properties: { requests: { type: 'array', maxItems: limits.batchRequests, items }, minRevision },
  };
}

export const batchRequestSchema = named('BatchRequest', batchOf(questionSchema));

/** A batch of whatever its items are: each of them is checked as a question of its own. */
export const batchShapeSchema = batchOf({});

/** Why a decision is what it is. */
const reasonSchema = named(
  'Reason',
  record(
    {
      code: {
        enum: [
          'granted',
          'unknown-workspace',
          'unknown-organization',
          'not-a-member',
          'grant-expired',
          'grant-not-started',
          'unknown-permission',
          'wrong-span',
          'unknown-scope',
          'not-in-scope',
          'missing-attribute',
          'not-in-plan',
          'not-granted',
          'denied-by-role',
          'stale-policy',
          'error',
        ],
      },
      message: { ...text, description: 'One sentence for a person.' },
    },
    {
      role: text,
      file: text,
      line: count,
      column: count,
      group: { ...text, description: 'The group by which the subject holds that role.' },
      rolesThatAllow: { ...list(text), description: 'The first twenty.' },
      rolesThatAllowCount: { ...count, description: 'How many there are, when there are more than those.' },
      didYouMean: text,
      paths: { ...list(text), description: 'For `missing-attribute`: what is missing, or of another type.' },
      staleSince: time,
    },
  ),
);

export const enforceAnswerSchema = named(
  'EnforceAnswer',
  record({ decision: flag, revision }, { reason: reasonSchema }),
);

export const batchAnswerSchema = named(
  'BatchAnswer',
  record({ decisions: list(record({ decision: flag }, { reason: reasonSchema })), revision }),
);
