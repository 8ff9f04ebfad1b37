import type { OutgoingHttpHeaders } from 'node:http';

/** Every kind of problem the sidecar answers with: its status and its title. Each stands in docs/http.md. */
export const apiProblems = {
  'invalid-request': { status: 400, title: 'The request is not what this endpoint takes' },
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'not-utf8': { status: 400, title: 'The body is not UTF-8' },
  'duplicate-key': { status: 400, title: 'A name stands twice in one object' },
  'too-deep': { status: 400, title: 'The body is nested too deeply' },
  'inexact-number': { status: 400, title: 'A number cannot be held exactly' },
  'unknown-parameter': { status: 400, title: 'The query has an unknown parameter' },
  'malformed-http': { status: 400, title: 'The request is not HTTP' },
  unauthenticated: { status: 401, title: 'A bearer token is needed' },
  'signed-out': { status: 401, title: 'Nobody is signed in' },
  'actor-not-allowed': { status: 403, title: 'The acting subject may not change this here' },
  'not-assignable': { status: 403, title: 'The acting subject may not hand out or take this role' },
  'organization-member': { status: 403, title: 'The acting subject may not change this member' },
  'escalation-prevented': { status: 403, title: 'Nobody hands out what they do not hold' },
  forbidden: { status: 403, title: 'This call is not for you' },
  'not-found': { status: 404, title: 'There is no such endpoint' },
  'unknown-workspace': { status: 404, title: 'There is no such workspace' },
  'unknown-organization': { status: 404, title: 'There is no such organization' },
  'unknown-group': { status: 404, title: 'There is no such group' },
  'unknown-waiver': { status: 404, title: 'There is no such waiver' },
  'no-such-role': { status: 404, title: 'There is no such role' },
  'unknown-permission': { status: 404, title: 'There is no such permission' },
  'unknown-member': { status: 404, title: 'There is no such member' },
  'unknown-change': { status: 404, title: 'There is no such change' },
  'method-not-allowed': { status: 405, title: 'This endpoint takes another method' },
  'request-timeout': { status: 408, title: 'The request came too slowly' },
  'no-database': { status: 409, title: 'The policy comes from files' },
  'hooks-off': { status: 409, title: 'No hooks are taken here' },
  'pages-off': { status: 409, title: 'There are no pages here' },
  'review-off': { status: 409, title: 'There is no review here' },
  'changes-off': { status: 409, title: 'The policy is not changed here' },
  'changed-meanwhile': { status: 409, title: 'It is another one by now' },
  'stale-confirm': { status: 409, title: 'Others are affected now' },
  unconfirmed: { status: 409, title: 'Somebody has to agree to the list' },
  'policy-at-fault': { status: 409, title: 'The policy has problems already' },
  dirty: { status: 409, title: 'A file has changes that are not committed' },
  'git-in-progress': { status: 409, title: 'Git is in the midst of something' },
  'no-branch': { status: 409, title: 'There is no branch to commit to' },
  'push-refused': { status: 409, title: 'The git server does not take it' },
  'not-publishable': { status: 409, title: 'The database does not take it' },
  'not-in-git': { status: 409, title: 'Git does not keep the file as it is' },
  'already-there': { status: 409, title: 'There is one already' },
  'over-budget': { status: 409, title: 'It changes more than may change at once' },
  'budget-off': { status: 409, title: 'Nothing is kept back here' },
  'not-waiting': { status: 409, title: 'This revision does not wait' },
  'already-live': { status: 409, title: 'This revision is live' },
  'unknown-revision': { status: 409, title: 'The revision is of another history' },
  'member-in-git': { status: 409, title: 'This member belongs to git' },
  'not-a-holder': { status: 409, title: 'Nothing is there to be handed over' },
  'look-alike': { status: 409, title: 'The id looks like that of another member' },
  'wrong-holders': { status: 409, title: 'A role keeps the number of its holders' },
  'exclusive-permissions': { status: 409, title: 'Two permissions exclude each other' },
  'missing-requirement': { status: 409, title: 'A permission requires another' },
  'precondition-failed': { status: 412, title: 'The member is not as it is taken to be' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not application/json' },
  'expectation-failed': { status: 417, title: 'The expectation cannot be met' },
  'misdirected-request': { status: 421, title: 'The request was meant for another host' },
  'unknown-role': { status: 422, title: 'There is no such role here' },
  'wrong-span': { status: 422, title: 'The role cannot be given here' },
  'frozen-role': { status: 422, title: 'The plan has no custom roles' },
  'plan-without-custom-roles': { status: 422, title: 'The plan has no custom roles' },
  'failing-tests': { status: 422, title: 'A policy test fails' },
  'unusual-layout': { status: 422, title: 'The file is not written in a way that is understood' },
  'mixed-change': { status: 422, title: 'It is of files and of members at run time' },
  'change-refused': { status: 422, title: 'The change cannot be made' },
  'bad-period': { status: 422, title: 'The role would hold at no time' },
  'duplicate-role': { status: 422, title: 'A role is given twice' },
  'idempotency-key-reused': { status: 422, title: 'The key stands for another request' },
  'answer-too-large': { status: 422, title: 'The answer would be too large' },
  'invalid-policy': { status: 422, title: 'The policy files have problems' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'internal-error': { status: 500, title: 'Something went wrong here' },
  'database-refused': { status: 500, title: 'The database is not set up for this' },
  'repository-refused': { status: 500, title: 'The repository is not set up for this' },
  'database-unavailable': { status: 503, title: 'The database does not answer' },
  'repository-unavailable': { status: 503, title: 'The repository does not answer' },
  'review-unavailable': { status: 503, title: 'The review cannot be read' },
  'changes-unavailable': { status: 503, title: 'The change could not be made now' },
  'reload-unfinished': { status: 503, title: 'The reload is not over yet' },
  'revision-not-reached': { status: 503, title: 'The revision is not live here yet' },
  overloaded: { status: 503, title: 'The sidecar has too much to do at once' },
  'no-policy': { status: 503, title: 'No policy is live yet' },
  stopping: { status: 503, title: 'The sidecar is stopping' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ApiProblemCode = keyof typeof apiProblems;

export interface ApiProblemOptions {
  /** RFC 6901, to the member of the body that is at fault. */
  readonly pointer?: string | undefined;
  readonly headers?: OutgoingHttpHeaders;
  /** Members beyond those of RFC 9457, like `problems`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** More of these, as the text of an object, where they may be so many that they were written elsewhere. */
  readonly moreText?: string | undefined;
}

/** A refusal, thrown by whatever refuses a request; answered as `application/problem+json` (RFC 9457). */
export class ApiProblem extends Error {
  readonly code: ApiProblemCode;
  readonly options: ApiProblemOptions;

  constructor(code: ApiProblemCode, detail: string, options: ApiProblemOptions = {}) {
    super(detail);
    this.name = 'ApiProblem';
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return apiProblems[this.code].status;
  }
}

/** What goes over the wire. `type` is a stable relative reference; programs compare `code`. */
export function problemDocument(problem: ApiProblem): Record<string, unknown> {
  const { code, options } = problem;
  const { status, title } = apiProblems[code];
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: problem.message,
    code,
    ...(options.pointer === undefined ? {} : { pointer: options.pointer }),
    ...options.extensions,
  };
}
