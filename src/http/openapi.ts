import { fleetPaths, memberPaths, minRevision, subject, subjectType, workspace } from './openapi-members.ts';
import { always, bodies, describeText, get, post, statusesOf } from './openapi-operation.ts';
import { schemas } from './openapi-schemas.ts';

const explain = {
  name: 'explain',
  in: 'query',
  description: 'Adds the reason of each decision. It stands alone: `?explain`.',
  allowEmptyValue: true,
  schema: { enum: ['', 'true'] },
};

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
      summary: 'May this subject do this, here?',
      body: 'EnforceRequest',
      answer: 'EnforceAnswer',
      parameters: [explain],
      problems: [...bodies, 'unknown-parameter', 'revision-not-reached', 'no-policy'],
    }),
    '/v1/enforce/batch': post({
      summary: 'The same for many questions, all answered from one revision',
      body: 'BatchRequest',
      answer: 'BatchAnswer',
      parameters: [explain],
      problems: [...bodies, 'unknown-parameter', 'revision-not-reached', 'no-policy'],
    }),
    '/v1/workspaces/{workspace}/members/{subject}/permissions': get({
      summary: 'What to show or grey out in a user interface',
      answer: 'Permissions',
      parameters: [workspace, subject, subjectType, minRevision],
      problems: ['invalid-request', 'unknown-parameter', 'unknown-workspace', 'revision-not-reached', 'no-policy'],
    }),
    '/v1/workspaces/{workspace}/roles': get({
      summary: "Built-in roles and this workspace's own",
      answer: 'Roles',
      parameters: [workspace, minRevision],
      problems: ['invalid-request', 'unknown-parameter', 'unknown-workspace', 'revision-not-reached', 'no-policy'],
    }),
    ...memberPaths('workspace'),
    ...memberPaths('organization'),
    ...fleetPaths,
    '/v1/policy': get({
      summary: 'Which policy is live, and how the last reading of the files went',
      answer: 'Policy',
      problems: ['unknown-parameter'],
    }),
    '/v1/policy/reload': post({
      summary: 'Read the files now',
      answer: 'Reload',
      problems: ['unknown-parameter', 'invalid-policy', 'database-unavailable', 'reload-unfinished'],
    }),
    '/healthz': get({ summary: 'The process answers', answer: 'Health', problems: [], token: 'none' }),
    '/readyz': get({
      summary: 'A policy is live',
      answer: 'Ready',
      problems: ['no-policy', 'stopping'],
      token: 'none',
    }),
    '/metrics': { get: describeText({ summary: 'For Prometheus', answer: 'text/plain', problems: [] }) },
    '/openapi.json': { get: describeOpenApi() },
  },
  security: [{}, { bearer: [] }],
  components: {
    schemas,
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'When the sidecar has token files.' } },
  },
};

function describeOpenApi(): object {
  const content = { 'application/json': { schema: { type: 'object' } } };
  const responses = { 200: { description: 'This document', content }, ...statusesOf(always) };
  return { summary: 'This document', security: [], responses };
}
