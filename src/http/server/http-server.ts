import express, { type Express } from 'express';
import { type IncomingMessage, type Server, ServerResponse, createServer } from 'node:http';
import { limits } from '../../policy/limits.ts';
import { BodyRequest } from './body-request.ts';
import { answerClientErrors } from './client-errors.ts';
import type { Listener } from './body-request.ts';

/** The node:http server that the sidecar answers on, with Express' request and response classes. */
export function createHttpServer(app: Express, listener: Listener, requestTimeoutMs: number): Server {
  const { Request, Response } = createExpressClasses(app);
  const options = {
    IncomingMessage: Request,
    ServerResponse: Response,
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, requestTimeoutMs / 4),
    // Node would answer a missing `Host` with an empty body; we say what is wrong.
    requireHostHeader: false,
    // Node would take the first of two `Host` or `Authorization` headers and forget the other, which a proxy in front may
    // have gone by. Joined they are no host and no token.
    joinDuplicateHeaders: true,
  };
  const server = createServer(options, listener);
  answerClientErrors(server);
  return server;
}

/**
 * Express changes the prototype of each request and response, and V8 then gives up optimising everything that touches
 * them: four times the time of a request on Node 20 (nodejs/node#37457). When the classes have Express' properties
 * from the start the prototype is already the right one, and changing it does nothing.
 */
function createExpressClasses(app: Express): { Request: typeof BodyRequest; Response: typeof ServerResponse } {
  class Request extends BodyRequest {}
  class Response<Asked extends IncomingMessage = IncomingMessage> extends ServerResponse<Asked> {}
  for (const source of [express.request, app.request]) copyProperties(source, Request.prototype);
  for (const source of [express.response, app.response]) copyProperties(source, Response.prototype);
  Object.assign(app, { request: Request.prototype, response: Response.prototype });
  return { Request, Response };
}

function copyProperties(source: object, target: object): void {
  Object.defineProperties(target, Object.getOwnPropertyDescriptors(source));
}
