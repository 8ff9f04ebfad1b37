import { RefusedError } from '../words/errors.ts';
import type { Decision, Question, Subject } from '../words/words.ts';

/** Who a request is from, and where it is about. */
export interface Identity {
  readonly subject: Subject;
  readonly workspace?: string;
  readonly organization?: string;
}

/** What of a request a decision may hang on; the place, where it is another one than that of the identity. */
export type Particulars<Scope extends string> = Pick<
  Question<string, Scope>,
  'resource' | 'context' | 'scope' | 'workspace' | 'organization'
>;

/** The part of a decision that lets a request pass or not. */
type Judgement = Pick<Decision, 'decision'>;

/** The part of a client that a guard needs: in tests a policy that was loaded serves as well. */
export interface Asker<Permission extends string = string, Scope extends string = string> {
  enforce(question: Question<Permission, Scope>): Promise<Judgement>;
}

/** The part of an answer that Express, Connect and Node have alike. */
export interface GuardedResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** Middleware of Express 4 and 5, and of Connect. */
export type Middleware<Request> = (
  request: Request,
  response: GuardedResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Makes a guard of routes. `identify` says who a request is from, by a session or a token that the application has checked;
 * undefined: nobody, and the answer is 401.
 *
 * A request goes on where the decision is an allow, and nowhere else: a deny is 403, no decision 503, both as
 * `application/problem+json` (RFC 9457). A question that the sidecar refuses is a fault of the application, and goes to `next`.
 * One request asks the same question once.
 */
export function createGuard<Request extends object, Permission extends string = string, Scope extends string = string>(
  client: Asker<Permission, Scope>,
  identify: (request: Request) => Identity | undefined | Promise<Identity | undefined>,
): (
  permission: Permission,
  particulars?: (request: Request) => Particulars<Scope> | Promise<Particulars<Scope>>,
) => Middleware<Request> {
  const asked = new WeakMap<Request, Map<string, Promise<Judgement>>>();
  const once = (request: Request, question: Question<Permission, Scope>): Promise<Judgement> => {
    const ofRequest = asked.get(request) ?? new Map<string, Promise<Judgement>>();
    asked.set(request, ofRequest);
    const key = JSON.stringify(question);
    const found = ofRequest.get(key) ?? client.enforce(question);
    ofRequest.set(key, found);
    return found;
  };
  return (permission, particulars) => (request, response, next) => {
    const judge = async (): Promise<Verdict> => {
      const identity = await identify(request);
      if (identity === undefined) return unknown;
      const found = await particulars?.(request);
      const place = found?.workspace === undefined && found?.organization === undefined ? placeOf(identity) : {};
      const { decision } = await once(request, { subject: identity.subject, ...place, ...found, permission });
      return decision ? 'allowed' : deniedFor(permission);
    };
    judge().then(
      (verdict) => (verdict === 'allowed' ? next() : answer(response, verdict)),
      (error: unknown) => (isFaultOfApplication(error) ? next(error) : answer(response, unavailable)),
    );
  };
}

/** A problem that ends a request. */
interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly [more: string]: unknown;
}

type Verdict = 'allowed' | Problem;

const unknown: Problem = {
  type: 'about:blank',
  title: 'Unauthorized',
  status: 401,
  code: 'not-signed-in',
  detail: 'sign in first',
};

const unavailable: Problem = {
  type: 'about:blank',
  title: 'Service Unavailable',
  status: 503,
  code: 'no-decision',
  detail: 'it cannot be said now whether this is allowed; try again soon',
};

function deniedFor(permission: string): Problem {
  return {
    type: 'about:blank',
    title: 'Forbidden',
    status: 403,
    code: 'permission-required',
    detail: `this needs the permission ${permission}`,
    permission,
  };
}

function placeOf({ workspace, organization }: Identity): Pick<Identity, 'workspace' | 'organization'> {
  return { ...(workspace !== undefined && { workspace }), ...(organization !== undefined && { organization }) };
}

// What is no failure of a call was thrown by what the application gave.
function isFaultOfApplication(error: unknown): boolean {
  return error instanceof RefusedError || !(error instanceof Error && 'code' in error && 'status' in error);
}

function answer(response: GuardedResponse, problem: Problem): void {
  response.statusCode = problem.status;
  response.setHeader('Content-Type', 'application/problem+json');
  response.setHeader('Cache-Control', 'no-store');
  if (problem.status === 503) response.setHeader('Retry-After', '1');
  response.end(JSON.stringify(problem));
}
