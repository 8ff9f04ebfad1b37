import type { EndpointAccess } from '../access/endpoint-access.ts';
import { isChange } from '../access/token.ts';
import { SchemaComponents } from '../openapi/named-schema.ts';
import { describeProblemAnswers, problemsOf, tags } from '../openapi/openapi-operation.ts';
import { describeParameters } from '../openapi/openapi-parameters.ts';
import { problemSchema } from '../openapi/problem-schema.ts';
import type { Endpoint, TakenBody } from './endpoint.ts';

const bearerText =
  'A token of `--token-file` or `--admin-token-file` with this scope. None is needed where the sidecar has no `--token-file`.';
const adminBearerText = 'A token of `--admin-token-file` with this scope: always, on loopback, too.';

/** The API as OpenAPI 3.1 has it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** Describes the API for programs, served at /openapi.json. Tests hold the real answers of every endpoint against it. */
export function describeApi(endpoints: readonly Endpoint[]): ApiDocument {
  const components = new SchemaComponents();
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = describeEndpoint(endpoint, components);
  }
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'rolebook',
      version: '1',
      description: 'Answers whether a subject may do something in a workspace. Allow and deny are both 200.',
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The sidecar that serves this document.' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: components.all(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: bearerText },
        adminBearer: { type: 'http', scheme: 'bearer', description: adminBearerText },
      },
    },
  };
  return document;
}

function describeEndpoint({ path, access, body, operation }: Endpoint, components: SchemaComponents): object {
  const {
    id,
    tag,
    summary,
    answer,
    mediaType = 'application/json',
    created,
    accepted,
    alsoAccepted,
    isTagged,
    redirects,
  } = operation;
  const parameters = describeParameters(path, operation);
  const doors = { takesBody: body !== undefined, needsToken: access.need !== 'open' };
  const common = {
    operationId: id,
    tags: [tag],
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: describeBody(body, components) }),
    security: describeSecurity(access),
  };
  const refusals = describeProblemAnswers(problemsOf(operation, doors), components.refer(problemSchema));
  const content = answer && { [mediaType]: { schema: components.refer(answer) } };
  if (redirects !== undefined) return { ...common, responses: { 303: describeRedirect(redirects), ...refusals } };
  return {
    ...common,
    responses: {
      ...(accepted === undefined
        ? { 200: { description: 'The answer', ...(isTagged && { headers: tagHeader }), content } }
        : { 202: { description: accepted, content } }),
      ...(isTagged && { 304: { description: 'The answer is the one of `If-None-Match`', headers: tagHeader } }),
      ...(alsoAccepted !== undefined && { 202: { description: alsoAccepted, content } }),
      ...(created !== undefined && { 201: { description: created, content } }),
      ...refusals,
    },
  };
}

function describeRedirect(description: string): object {
  return { description, headers: { Location: { description: 'Where to go on.', schema: { type: 'string' } } } };
}

const tagHeader = { ETag: { description: 'What `If-None-Match` takes.', schema: { type: 'string' } } };

function describeBody({ maximumBytes, schema }: TakenBody, components: SchemaComponents): object {
  const content = { 'application/json': { schema: components.refer(schema) } };
  return { description: `At most ${maximumBytes} bytes.`, required: true, content };
}

/** The scope that a token needs; a call that changes nothing may need none. */
function describeSecurity({ need }: EndpointAccess): readonly object[] {
  if (need === 'open') return [];
  return isChange(need) ? [{ adminBearer: [need] }] : [{}, { bearer: [need] }];
}
