import { type ApiProblemCode, apiProblems } from './api-problem.ts';
import { reference, schemas } from './openapi-schemas.ts';

interface Operation {
  readonly summary: string;
  readonly answer: string;
  readonly problems: readonly ApiProblemCode[];
  readonly body?: string;
  readonly parameters?: readonly object[];
  /** `none`: tokens are not asked for. */
  readonly token?: 'none';
}

const explain = {
  name: 'explain',
  in: 'query',
  description: 'Adds the reason of each decision. It stands alone: `?explain`.',
  allowEmptyValue: true,
  schema: { enum: ['', 'true'] },
};

const workspace = pathParameter('workspace', 'The id of a workspace.');
const subject = pathParameter('subject', 'An id, percent-encoded, of `subjectType`.');
const subjectType = {
  name: 'subjectType',
  in: 'query',
  description: 'One of the subject types of the policy; the first of them when left out.',
  schema: { type: 'string' },
};

const always: readonly ApiProblemCode[] = [
  'malformed-http',
  'method-not-allowed',
  'request-timeout',
  'expectation-failed',
  'headers-too-large',
  'internal-error',
];
const guarded: readonly ApiProblemCode[] = ['unauthenticated', 'forbidden', 'misdirected-request'];
const bodies: readonly ApiProblemCode[] = [
  'invalid-request',
  'malformed-json',
  'not-utf8',
  'duplicate-key',
  'too-deep',
  'body-too-large',
  'unsupported-media-type',
];

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
      problems: [...bodies, 'unknown-parameter', 'no-policy'],
    }),
    '/v1/enforce/batch': post({
      summary: 'The same for many questions, all answered from one revision',
      body: 'BatchRequest',
      answer: 'BatchAnswer',
      parameters: [explain],
      problems: [...bodies, 'unknown-parameter', 'no-policy'],
    }),
    '/v1/workspaces/{workspace}/members/{subject}/permissions': get({
      summary: 'What to show or grey out in a user interface',
      answer: 'Permissions',
      parameters: [workspace, subject, subjectType],
      problems: ['invalid-request', 'unknown-parameter', 'unknown-workspace', 'no-policy'],
    }),
    '/v1/workspaces/{workspace}/roles': get({
      summary: "Built-in roles and this workspace's own",
      answer: 'Roles',
      parameters: [workspace],
      problems: ['unknown-parameter', 'unknown-workspace', 'no-policy'],
    }),
    '/v1/policy': get({
      summary: 'Which policy is live, and how the last reading of the files went',
      answer: 'Policy',
      problems: ['unknown-parameter'],
    }),
    '/v1/policy/reload': post({
      summary: 'Read the files now',
      answer: 'Reload',
      problems: ['unknown-parameter', 'invalid-policy'],
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

function get(operation: Operation): object {
  return { get: describe(operation) };
}

function post(operation: Operation): object {
  return { post: describe(operation) };
}

function describe(operation: Operation): object {
  const { summary, parameters, body, answer, token } = operation;
  const json = (name: string): object => ({ 'application/json': { schema: reference(name) } });
  return {
    summary,
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    ...(token === 'none' ? { security: [] } : {}),
    responses: { 200: { description: 'The answer', content: json(answer) }, ...describeProblems(operation) },
  };
}

function describeText(operation: Operation): object {
  const content = { [operation.answer]: { schema: { type: 'string' } } };
  const responses = { 200: { description: 'The answer', content }, ...describeProblems(operation) };
  return { summary: operation.summary, responses };
}

function describeOpenApi(): object {
  const content = { 'application/json': { schema: { type: 'object' } } };
  const responses = { 200: { description: 'This document', content }, ...statusesOf(always) };
  return { summary: 'This document', security: [], responses };
}

function describeProblems(operation: Operation): Record<string, object> {
  const guards = operation.token === 'none' ? guarded.slice(1) : guarded;
  return statusesOf([...operation.problems, ...guards, ...always]);
}

/** One response a status; its description names the codes it may have. */
function statusesOf(codes: readonly ApiProblemCode[]): Record<string, object> {
  const byStatus = new Map<number, ApiProblemCode[]>();
  for (const code of codes) {
    const { status } = apiProblems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { 'application/problem+json': { schema: reference('Problem') } };
  const describeCodes = (named: readonly ApiProblemCode[]): string =>
    named.map((code) => `\`${code}\`: ${apiProblems[code].title}`).join('. ');
  return Object.fromEntries(
    [...byStatus].map(([status, named]) => [String(status), { description: describeCodes(named), content }]),
  );
}

function pathParameter(name: string, description: string): object {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}
