import { limits } from '../../policy/limits.ts';

// These check the requests and stand in /openapi.json, so the document cannot say anything else than the code does.

const attributes = { type: 'object', description: 'Attributes that the `when` of a scope may look up.' };

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
export const questionSchema = {
  type: 'object',
  required: ['subject', 'workspace', 'permission'],
  additionalProperties: false,
  properties: {
    subject,
    workspace: { type: 'string', minLength: 1, maxLength: limits.idCharacters },
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
};

export const enforceRequestSchema = { ...questionSchema, properties: { ...questionSchema.properties, minRevision } };

/** A batch of whatever the items are: a schema for the document, anything for the check, which looks at each itself. */
export function batchRequestSchema(items: object): object {
  return {
    type: 'object',
    required: ['requests'],
    additionalProperties: false,
    properties: { requests: { type: 'array', maxItems: limits.batchRequests, items }, minRevision },
  };
}

const roleId = { type: 'string', minLength: 1, maxLength: limits.idCharacters };
const reason = { type: 'string', minLength: 1, maxLength: limits.reasonCharacters };
const time = {
  description: 'A date as in `2026-12-31`, which begins or ends with its day in UTC, or `2026-12-31T18:00:00Z`.',
  type: 'string',
  minLength: 1,
  maxLength: 64,
};

export const memberChangeSchema = {
  type: 'object',
  required: ['roles', 'actor'],
  additionalProperties: false,
  properties: {
    roles: {
      description: 'All roles the subject is to hold here from now on.',
      type: 'array',
      minItems: 1,
      maxItems: limits.rolesOfMember,
      items: {
        description: 'The id of a role, or the role with its times.',
        type: ['string', 'object'],
        minLength: 1,
        maxLength: limits.idCharacters,
        required: ['role'],
        additionalProperties: false,
        properties: { role: roleId, from: time, until: time, reason },
      },
    },
    actor: {
      description: 'Who does it. A string is an id of the first subject type.',
      type: ['string', 'object'],
      minLength: 1,
      maxLength: limits.subjectIdCharacters,
      required: ['type', 'id'],
      additionalProperties: false,
      properties: { type: roleId, id: { type: 'string', minLength: 1, maxLength: limits.subjectIdCharacters } },
    },
    reason,
  },
};

/** All that requests are checked by; the build writes their validators. */
export const requestSchemas: readonly object[] = [
  enforceRequestSchema,
  questionSchema,
  batchRequestSchema({}),
  memberChangeSchema,
];
