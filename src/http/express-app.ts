import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { type Answer, sendAnswerUnread } from './answer.ts';
import { ApiProblem } from './api-problem.ts';
import type { BodyRequest } from './body-request.ts';
import type { Endpoint } from './endpoint.ts';
import { failureAnswer } from './failure-answer.ts';
import type { Listener } from './json-body-listener.ts';
import type { RouteName } from './metrics.ts';
import type { SidecarContext } from './sidecar-context.ts';

/** A path that a plain node:http listener answers, for POST. */
export interface PostListener {
  readonly path: string;
  readonly listener: Listener;
}

export function createExpressApp(
  context: SidecarContext,
  endpoints: readonly Endpoint[],
  postListeners: readonly PostListener[],
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('case sensitive routing');
  app.enable('strict routing');
  for (const { path, listener } of postListeners) {
    // What Express hands on is the request that the server made, whose class is ours.
    app
      .route(path)
      .post((request, response) => listener(request as unknown as BodyRequest, response))
      .all(refuseMethod(context, 'POST'));
  }
  for (const endpoint of endpoints) {
    const route = app.route(endpoint.path);
    const handler = serve(context, endpoint);
    // Express answers HEAD with the handler of GET.
    if (endpoint.method === 'GET') route.get(handler).all(refuseMethod(context, 'GET, HEAD'));
    else route.post(handler).all(refuseMethod(context, 'POST'));
  }
  app.use(refusePath(context));
  app.use(answerError(context));
  return app;
}

function serve(context: SidecarContext, endpoint: Endpoint): RequestHandler {
  return async (request, response) => {
    let answer: Answer;
    try {
      context.access.check(request.headers, endpoint.access);
      answer = await endpoint.answer(request);
    } catch (error) {
      answer = failureAnswer(error, context.log);
    }
    send(context, endpoint.route, request, response, answer);
  };
}

function refuseMethod(context: SidecarContext, allowed: string): RequestHandler {
  return (request, response) => {
    const problem = new ApiProblem('method-not-allowed', `this endpoint takes ${allowed}`, {
      headers: { Allow: allowed },
    });
    send(context, 'unknown', request, response, failureAnswer(problem, context.log));
  };
}

function refusePath(context: SidecarContext): RequestHandler {
  return (request, response) => {
    const problem = new ApiProblem('not-found', 'no endpoint has this path; GET /openapi.json lists them');
    send(context, 'unknown', request, response, failureAnswer(problem, context.log));
  };
}

function answerError(context: SidecarContext): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error, request, response, next) => {
    // A response that has begun cannot become a problem; Express cuts it off.
    if (response.headersSent) next(error);
    else send(context, 'unknown', request, response, failureAnswer(error, context.log));
  };
}

function send(
  context: SidecarContext,
  route: RouteName,
  request: Parameters<RequestHandler>[0],
  response: Parameters<RequestHandler>[1],
  answer: Answer,
): void {
  if (context.lifecycle.isStopping) response.setHeader('Connection', 'close');
  context.metrics.countRequest(route, answer.status);
  sendAnswerUnread(request, response, answer);
}
