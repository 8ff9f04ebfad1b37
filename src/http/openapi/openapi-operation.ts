import { type ApiProblemCode, apiProblems } from '../messages/api-problem.ts';
import { endpointAccess, type ServedRoute } from '../access/endpoint-access.ts';
import { reference } from './openapi-words.ts';
import { isChange } from '../access/token.ts';

export interface Operation {
  readonly route: ServedRoute;
  readonly summary: string;
  readonly answer: string;
  readonly problems: readonly ApiProblemCode[];
  readonly body?: string;
  readonly parameters?: readonly object[];
  /** Besides 200: what it stands for. */
  readonly created?: string;
}

/** What every request may be answered. */
export const always: readonly ApiProblemCode[] = [
  'malformed-http',
  'method-not-allowed',
  'request-timeout',
  'expectation-failed',
  'headers-too-large',
  'overloaded',
  'internal-error',
];
const guarded: readonly ApiProblemCode[] = ['unauthenticated', 'forbidden', 'misdirected-request'];

/** What a body may be answered. */
export const bodies: readonly ApiProblemCode[] = [
  'invalid-request',
  'malformed-json',
  'not-utf8',
  'duplicate-key',
  'inexact-number',
  'too-deep',
  'body-too-large',
  'unsupported-media-type',
];

export function get(operation: Operation): object {
  return { get: describe(operation) };
}

export function post(operation: Operation): object {
  return { post: describe(operation) };
}

export function describe(operation: Operation): object {
  const { summary, parameters, body, answer, created } = operation;
  const json = (name: string): object => ({ 'application/json': { schema: reference(name) } });
  return {
    summary,
    ...(parameters === undefined ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    security: describeSecurity(operation.route),
    responses: {
      200: { description: 'The answer', content: json(answer) },
      ...(created === undefined ? {} : { 201: { description: created, content: json(answer) } }),
      ...describeProblems(operation),
    },
  };
}

export function describeText(operation: Operation): object {
  const content = { [operation.answer]: { schema: { type: 'string' } } };
  const responses = { 200: { description: 'The answer', content }, ...describeProblems(operation) };
  return { summary: operation.summary, security: describeSecurity(operation.route), responses };
}

/** The scope that a token needs; a call that changes nothing may need none. */
export function describeSecurity(route: ServedRoute): readonly object[] {
  const { need } = endpointAccess[route];
  if (need === 'open') return [];
  return isChange(need) ? [{ adminBearer: [need] }] : [{}, { bearer: [need] }];
}

function describeProblems(operation: Operation): Record<string, object> {
  const guards = endpointAccess[operation.route].need === 'open' ? guarded.slice(1) : guarded;
  return statusesOf([...operation.problems, ...guards, ...always]);
}

/** One response a status; its description names the codes it may have. */
export function statusesOf(codes: readonly ApiProblemCode[]): Record<string, object> {
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

export function pathParameter(name: string, description: string): object {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}
