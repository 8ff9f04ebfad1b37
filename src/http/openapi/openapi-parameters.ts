import type { Operation, QueryParameter, QueryParameters } from './openapi-operation.ts';
import { text } from './openapi-words.ts';

/** What the parts of a path stand for that a request fills in. */
const pathParts: Readonly<Record<string, string>> = {
  workspace: 'The id of a workspace.',
  organization: 'The id of an organization.',
  group: 'The id of a group of the organization.',
  change: 'The id of a change.',
  role: 'The id of a role.',
  permission: 'The id of a permission, or a former one.',
  subject: 'An id, percent-encoded, of `subjectType`.',
};

export const subjectType = {
  subjectType: { description: 'One of the subject types of the policy; the first of them when left out.' },
} as const satisfies QueryParameters;

export const memberType = {
  subjectType: {
    description: 'One of the subject types of the policy, or `group`; the first of them when left out.',
  },
} as const satisfies QueryParameters;

export const minRevision = {
  minRevision: {
    description: 'Answer from this revision or a later one, or with 503; with 409 when it is not of this history.',
  },
} as const satisfies QueryParameters;

/** What asks for a page of a list that has an order of its own. */
export function pagesOf(what: string): QueryParameters {
  return {
    limit: { description: `How many ${what} at most; 1000 when left out, and no more. A page may end earlier.` },
    ...nextPage,
  };
}

/** What says for whom somebody reads. */
export const actorHeaders = {
  'X-Rolebook-Actor': 'For whom it is read: an id, percent-encoded. What they may not know is not there.',
  'X-Rolebook-Actor-Type': 'The type of that one; the first subject type when left out.',
} as const;

/** The same of a change, which names its actor itself. */
export const changeActorHeaders = {
  'X-Rolebook-Actor': 'Where it is sent: the actor of the change, percent-encoded. Another one is refused.',
  'X-Rolebook-Actor-Type': actorHeaders['X-Rolebook-Actor-Type'],
} as const;

export const nextPage = {
  after: { description: 'What `next` of the page before said.' },
} as const satisfies QueryParameters;

/** The names that a path has for what a request fills in: `workspace` of `/v1/workspaces/:workspace`. */
export function pathNames(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
}

/** As OpenAPI has the parameters of an operation at this path. */
export function describeParameters(path: string, { query = {}, headers = {}, isTagged }: Operation): object[] {
  return [
    ...pathNames(path).map((name) => describePathPart(name)),
    ...Object.entries(query).map(([name, parameter]) => describeQuery(name, parameter)),
    ...Object.entries({ ...headers, ...(isTagged && knownTags) }).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: text,
    })),
  ];
}

const knownTags = { 'If-None-Match': 'What `ETag` said: 304 if the answer is still the same.' };

function describePathPart(name: string): object {
  const description = pathParts[name];
  if (description === undefined) throw new Error(`nobody says what :${name} of a path stands for`);
  return { name, in: 'path', required: true, description, schema: text };
}

function describeQuery(name: string, { description, isRequired, mayBeEmpty, schema = text }: QueryParameter): object {
  return {
    name,
    in: 'query',
    description,
    ...(isRequired && { required: true }),
    ...(mayBeEmpty && { allowEmptyValue: true }),
    schema,
  };
}
