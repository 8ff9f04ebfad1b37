import type { ServerResponse } from 'node:http';
import { type Answer, sendAnswer, sendAnswerAndCut, sendAnswerUnread, failureAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { endpointAccess, type ServedRoute } from '../access/endpoint-access.ts';
import { type BodyRequest, type BodyTaker, tooLarge } from './body-request.ts';
import { checkMediaType } from '../messages/media-type.ts';
import { readExplain } from '../messages/request-query.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';
import type { Caller } from '../access/token.ts';

/** A route that answers a JSON body, whose bytes it gets. It may throw an ApiProblem. */
export interface JsonBodyRoute {
  readonly name: ServedRoute;
  readonly maximumBytes: number;
  /** A promise only for a request that asks to wait. */
  answer(body: Buffer, mode: 'plain' | 'explain', caller: Caller): Answer | Promise<Answer>;
}

export type Listener = (request: BodyRequest, response: ServerResponse) => void;

/**
 * Serves such a route without Express: who calls, what type the body has, the body, the answer. It uses callbacks all
 * the way: promises and Express' own parser would cost more than the decision.
 */
export function createJsonBodyListener(context: SidecarContext, route: JsonBodyRoute): Listener {
  const access = endpointAccess[route.name];
  return (request, response) => {
    const startMs = performance.now();
    const { headers } = request;
    let mode: 'plain' | 'explain';
    let caller: Caller;
    try {
      caller = context.access.check(request, access);
      mode = readExplain(request.url ?? '');
      checkMediaType(headers);
    } catch (error) {
      const answer = count(context, route, failureAnswer(error, context.log));
      sendAnswerUnread(request, response, answer, context.ceilings.answers);
      return;
    }
    const take: BodyTaker = (body) => {
      if (body instanceof ApiProblem) {
        sendAnswerAndCut(request, response, count(context, route, failureAnswer(body, context.log)));
        return;
      }
      const answer = answerBody(context, route, body, mode, caller);
      if (answer instanceof Promise) {
        const settled = answer.catch((error: unknown) => failureAnswer(error, context.log));
        void settled.then((waitedFor) => finish(context, route, response, waitedFor));
        return;
      }
      finish(context, route, response, answer);
      if (route.name === 'enforce') context.metrics.durations.observe(performance.now() - startMs);
    };
    const { maximumBytes } = route;
    const expectedBytes = Number(headers['content-length']);
    if (expectedBytes > maximumBytes) take(tooLarge(maximumBytes));
    else request.takeBody({ maximumBytes, expectedBytes, room: context.ceilings.bodies }, take);
  };
}

function answerBody(
  context: SidecarContext,
  route: JsonBodyRoute,
  body: Buffer,
  mode: 'plain' | 'explain',
  caller: Caller,
): Answer | Promise<Answer> {
  try {
    return route.answer(body, mode, caller);
  } catch (error) {
    return failureAnswer(error, context.log);
  }
}

function finish(context: SidecarContext, route: JsonBodyRoute, response: ServerResponse, answer: Answer): void {
  if (context.lifecycle.isStopping) response.setHeader('Connection', 'close');
  const { ceilings } = context;
  sendAnswer(response, count(context, route, ceilings.admit(answer)), ceilings.answers);
}

function count(context: SidecarContext, route: JsonBodyRoute, answer: Answer): Answer {
  context.metrics.countRequest(route.name, answer.status);
  return answer;
}
