import { type ApiProblemCode, apiProblems } from '../messages/api-problem.ts';

/** The parts of the API, as clients and readers group its operations. */
export const tags = {
  Decisions: 'May somebody do something, here?',
  Members: 'Who holds which roles, and changing that.',
  Changes: 'Edits of the policy, judged before they are made.',
  Catalog: 'Which permissions, roles and workspaces there are.',
  Access: 'Who can do something, and all that somebody has.',
  Policy: 'Which policy is live, and how well.',
  Pages: 'Who is signed in to the pages.',
  Process: 'For those who watch over the process.',
} as const;

/** A parameter of a query, as readers are told of it. */
export interface QueryParameter {
  readonly description: string;
  readonly isRequired?: true;
  /** It may stand without a value. */
  readonly mayBeEmpty?: true;
  readonly schema?: object;
}

/** All that may stand in the query of a request, in the order in which callers are told of it. */
export type QueryParameters = Readonly<Record<string, QueryParameter>>;

/** An operation, as OpenAPI calls it: all that is said of an endpoint besides its method, path, body and access. */
export interface Operation {
  /** The name of the function in a client: a verb first, unique, and never changed. */
  readonly id: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  /** Undefined: the query is not looked at. */
  readonly query?: QueryParameters;
  /** Headers that mean something here, each with what it says. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The schema of the answer; undefined: it has no body. */
  readonly answer?: object;
  /** It answers with 303 in place of 200: where that leads. */
  readonly redirects?: string;
  /** Of the answer; `application/json` unless it says something else. */
  readonly mediaType?: string;
  /** Whether it has a tag, so that whoever has it already is told 304. */
  readonly isTagged?: true;
  /** With 201 besides 200: what it stands for. */
  readonly created?: string;
  /** It answers with 202 in place of 200: what that stands for. */
  readonly accepted?: string;
  /** With 202 besides 200: what it stands for. */
  readonly alsoAccepted?: string;
  /** What it refuses, besides what every endpoint may answer, or every one with a body, a query or a guard. */
  readonly problems: readonly ApiProblemCode[];
}

/** What every request may be answered. */
const always: readonly ApiProblemCode[] = [
  'malformed-http',
  'method-not-allowed',
  'request-timeout',
  'expectation-failed',
  'headers-too-large',
  'overloaded',
  'internal-error',
];

/** What a body may be answered. */
const bodies: readonly ApiProblemCode[] = [
  'invalid-request',
  'malformed-json',
  'not-utf8',
  'duplicate-key',
  'inexact-number',
  'too-deep',
  'body-too-large',
  'unsupported-media-type',
];

/** The doors that a request comes through before its endpoint answers. */
export interface Doors {
  readonly takesBody: boolean;
  readonly needsToken: boolean;
}

/** All that an operation may refuse, each once. */
export function problemsOf(
  { query, problems, isTagged }: Operation,
  { takesBody, needsToken }: Doors,
): readonly ApiProblemCode[] {
  const codes: readonly ApiProblemCode[] = [
    ...(takesBody ? bodies : []),
    ...(query === undefined ? [] : (['unknown-parameter'] as const)),
    ...(isTagged ? (['invalid-request'] as const) : []),
    ...problems,
    ...(needsToken ? (['unauthenticated'] as const) : []),
    'forbidden',
    'misdirected-request',
    ...always,
  ];
  return [...new Set(codes)];
}

/** One response a status; its description names the codes it may have. */
export function describeProblemAnswers(
  codes: readonly ApiProblemCode[],
  problemSchema: object,
): Record<string, object> {
  const byStatus = new Map<number, ApiProblemCode[]>();
  for (const code of codes) {
    const { status } = apiProblems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = { 'application/problem+json': { schema: problemSchema } };
  const describeCodes = (told: readonly ApiProblemCode[]): string =>
    told.map((code) => `\`${code}\`: ${apiProblems[code].title}`).join('. ');
  return Object.fromEntries(
    [...byStatus].map(([status, told]) => [String(status), { description: describeCodes(told), content }]),
  );
}
