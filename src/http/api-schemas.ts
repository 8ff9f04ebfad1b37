import { limits } from '../policy/limits.ts';

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

export const enforceRequestSchema = {
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

/** A batch of whatever the items are: a schema for the document, anything for the check, which looks at each itself. */
export function batchRequestSchema(items: object): object {
  return {
    type: 'object',
    required: ['requests'],
    additionalProperties: false,
    properties: { requests: { type: 'array', maxItems: limits.batchRequests, items } },
  };
}
