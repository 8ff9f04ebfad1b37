import { fleetPaths, memberPaths, minRevision, pages, subject, subjectType, workspace } from './openapi-members.ts';
import { always, bodies, describeSecurity, describeText, get, post, statusesOf } from './openapi-operation.ts';
import { schemas } from './openapi-schemas.ts';

const explain = {
  name: 'explain',
  in: 'query',
  description: 'Adds the reason of each decision. It stands alone: `?explain`.',
  allowEmptyValue: true,
  schema: { enum: ['', 'true'] },
};

const bearerText =
  'A token of `--token-file` or `--admin-token-file` with this scope. None is needed where the sidecar has no `--token-file`.';
const adminBearerText = 'A token of `--admin-token-file` with this scope: always, on loopback, too.';

/** OpenAPI 3.1, served at /openapi.json. A test holds the real answers of every endpoint against it. */
export const openApiDocument = {
  openapi: '3.1.1',
  info: {
    title: 'rolebook',
    version: '1',
    description: 'Answers whether a subject may do something in a workspace. Allow and deny are both 200.',
  },
  paths: {
    '/v1/enforce': post({
      route: 'enforce',
      summary: 'May this subject do this, here?',
      body: 'EnforceRequest',
      answer: 'EnforceAnswer',
      parameters: [explain],
      problems: [...bodies, 'unknown-parameter', 'unknown-revision', 'revision-not-reached', 'no-policy'],
    }),
    '/v1/enforce/batch': post({
      route: 'batch',
      summary: 'The same for many questions, all answered from one revision',
      body: 'BatchRequest',
      answer: 'BatchAnswer',
      parameters: [explain],
      problems: [
        ...bodies,
        'unknown-parameter',
        'answer-too-large',
        'unknown-revision',
        'revision-not-reached',
        'no-policy',
      ],
    }),
    '/v1/workspaces/{workspace}/members/{subject}/permissions': get({
      route: 'permissions',
      summary: 'What to show or grey out in a user interface',
      answer: 'Permissions',
      parameters: [workspace, subject, subjectType, ...pages('permissions'), minRevision],
      problems: [
        'invalid-request',
        'unknown-parameter',
        'unknown-workspace',
        'unknown-revision',
        'revision-not-reached',
        'no-policy',
      ],
    }),
    '/v1/workspaces/{workspace}/roles': get({
      route: 'roles',
      summary: "Built-in roles and this workspace's own",
      answer: 'Roles',
      parameters: [workspace, ...pages('roles'), minRevision],
      problems: [
        'invalid-request',
        'unknown-parameter',
        'unknown-workspace',
        'unknown-revision',
        'revision-not-reached',
        'no-policy',
      ],
    }),
    ...memberPaths('workspace'),
    ...memberPaths('organization'),
    ...fleetPaths,
    '/v1/policy': get({
      route: 'policy',
      summary: 'Which policy is live, and how the last reading of the files went',
      answer: 'Policy',
      problems: ['unknown-parameter'],
    }),
    '/v1/policy/reload': post({
      route: 'reload',
      summary: 'Read the files now; an admin call',
      answer: 'Reload',
      problems: ['unknown-parameter', 'invalid-policy', 'database-unavailable', 'reload-unfinished'],
    }),
    '/healthz': get({ route: 'healthz', summary: 'The process answers', answer: 'Health', problems: [] }),
    '/readyz': get({
      route: 'readyz',
      summary: 'A policy is live',
      answer: 'Ready',
      problems: ['no-policy', 'stopping'],
    }),
    '/metrics': {
      get: describeText({ route: 'metrics', summary: 'For Prometheus', answer: 'text/plain', problems: [] }),
    },
    '/openapi.json': { get: describeOpenApi() },
  },
  components: {
    schemas,
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: bearerText },
      adminBearer: { type: 'http', scheme: 'bearer', description: adminBearerText },
    },
  },
};

function describeOpenApi(): object {
  const content = { 'application/json': { schema: { type: 'object' } } };
  const responses = { 200: { description: 'This document', content }, ...statusesOf(always) };
  return { summary: 'This document', security: describeSecurity('openapi'), responses };
}
