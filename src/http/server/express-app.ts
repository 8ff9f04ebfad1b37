import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { type Answer, sendAnswer, sendAnswerUnread, failureAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { auditCall } from './audited-call.ts';
import { type BodyRequest, type Listener, tooLarge } from './body-request.ts';
import type { Endpoint, ServedEndpoint } from '../endpoint/endpoint.ts';
import { checkMediaType } from '../messages/media-type.ts';
import type { AnsweredRequests } from '../metrics/metrics.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import { actorHeader } from '../access/actor-header.ts';
import type { EndpointAccess } from '../access/endpoint-access.ts';
import { type Caller, isChange } from '../access/token.ts';

/**
 * Routes all endpoints; `listeners` are those that answer without Express, once it found them, and `pages` is asked for
 * what no endpoint has.
 */
export function createExpressApp(
  context: SidecarContext,
  endpoints: readonly Endpoint[],
  listeners: ReadonlyMap<Endpoint, Listener>,
  pages?: RequestHandler,
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('case sensitive routing');
  app.enable('strict routing');
  for (const path of new Set(endpoints.map((endpoint) => endpoint.path))) {
    const route = app.route(path);
    const served = endpoints.filter((endpoint) => endpoint.path === path);
    for (const endpoint of served) {
      route[routeMethods[endpoint.method]](handlerOf(context, endpoint, listeners.get(endpoint)));
    }
    const allowed = served.map(({ method }) => allowedMethods[method]).join(', ');
    const isOpen = served.some(({ access }) => access.need === 'open');
    route.all(refuseMethod(context, allowed, isOpen ? 'open' : 'guarded'));
  }
  if (pages) app.use(pages);
  app.use(refusePath(context));
  app.use(answerError(context));
  return app;
}

const routeMethods = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const;

// Express answers HEAD with the handler of GET.
const allowedMethods = { GET: 'GET, HEAD', POST: 'POST', PUT: 'PUT', DELETE: 'DELETE' } as const;

const actorField = actorHeader.toLowerCase();

const noBody = Buffer.alloc(0);

function handlerOf(context: SidecarContext, endpoint: Endpoint, listener: Listener | undefined): RequestHandler {
  // What Express hands on is the request that the server made, whose class is ours.
  if (listener) return (request, response) => listener(request as unknown as BodyRequest, response);
  if ('serve' in endpoint) return serve(context, endpoint);
  throw new Error(`nothing answers ${endpoint.path}`);
}

function serve(context: SidecarContext, endpoint: ServedEndpoint): RequestHandler {
  const { access, body: taken, operation } = endpoint;
  // A reading that says nothing of actors does not look at them, and would tell them all.
  const isForNoActor = access.need === 'read' && operation.headers?.[actorHeader] === undefined;
  const respond = endpoint.serve(context);
  const requests = context.metrics.requestsOf(endpoint.route);
  return async (request, response) => {
    const endAudit = isChange(access.need) ? auditCall(context, endpoint, request) : undefined;
    let answer: Answer;
    let caller: Caller | undefined;
    let body: Buffer = noBody;
    let isRead = false;
    let fault: unknown;
    try {
      caller = admit(context, request, access);
      const isForActor = caller.actor !== undefined || request.headers[actorField] !== undefined;
      if (isForNoActor && isForActor) throw context.access.refuseActor(caller);
      if (taken) body = await readBody(context, request as unknown as BodyRequest, taken.maximumBytes);
      isRead = taken !== undefined;
      answer = await respond(request, body, caller);
    } catch (error) {
      fault = error;
      answer = failureAnswer(error, context.log);
    }
    endAudit?.({ caller, body, status: answer.status, error: fault });
    send(context, requests, isRead ? undefined : request, response, answer);
  };
}

function admit(context: SidecarContext, request: Request, needed: EndpointAccess): Caller {
  const { access, sessions } = context;
  if (sessions?.isOfPage(request) !== true) return access.check(request, needed);
  return sessions.admit(request, needed, () => currentPolicy(context).engine.policy.catalog.subjectTypes);
}

/** To be called in the turn in which the request came. */
async function readBody(context: SidecarContext, request: BodyRequest, maximumBytes: number): Promise<Buffer> {
  checkMediaType(request.headers);
  const expectedBytes = Number(request.headers['content-length']);
  if (expectedBytes > maximumBytes) throw tooLarge(maximumBytes);
  const bounds = { maximumBytes, expectedBytes, room: context.ceilings.bodies };
  const body = await new Promise<Buffer | ApiProblem>((resolve) => request.takeBody(bounds, resolve));
  if (body instanceof ApiProblem) throw body;
  return body;
}

function refuseMethod(context: SidecarContext, allowed: string, path: 'open' | 'guarded'): RequestHandler {
  return (request, response) => {
    const problem = new ApiProblem('method-not-allowed', `this endpoint takes ${allowed}`, {
      headers: { Allow: allowed },
    });
    send(context, context.metrics.strangers, request, response, refuse(context, request, problem, path));
  };
}

function refusePath(context: SidecarContext): RequestHandler {
  return (request, response) => {
    const problem = new ApiProblem('not-found', 'no endpoint has this path; GET /openapi.json lists them');
    send(context, context.metrics.strangers, request, response, refuse(context, request, problem));
  };
}

// Who has no token, where one is needed, is not told which paths there are and what they take.
function refuse(
  context: SidecarContext,
  request: Request,
  error: unknown,
  path: 'open' | 'guarded' = 'guarded',
): Answer {
  try {
    if (path === 'open') context.access.check(request, { need: 'open', extent: 'whole' });
    else context.access.checkStranger(request);
    return failureAnswer(error, context.log);
  } catch (refusal) {
    return failureAnswer(refusal, context.log);
  }
}

function answerError(context: SidecarContext): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error, request, response, next) => {
    // A response that has begun cannot become a problem; Express cuts it off.
    if (response.headersSent) next(error);
    else send(context, context.metrics.strangers, request, response, refuse(context, request, error));
  };
}

/** `unread` is the request when nobody has read its body. */
function send(
  context: SidecarContext,
  requests: AnsweredRequests,
  unread: Request | undefined,
  response: Parameters<RequestHandler>[1],
  answer: Answer,
): void {
  if (context.lifecycle.isStopping) response.setHeader('Connection', 'close');
  const { ceilings } = context;
  const admitted = ceilings.admit(answer);
  requests.count(admitted.status);
  if (unread === undefined) sendAnswer(response, admitted, ceilings.answers);
  else sendAnswerUnread(unread, response, admitted, ceilings.answers);
}
