import type { ServerResponse } from 'node:http';
import { type Answer, failureAnswer, sendAnswer, sendAnswerAndCut, sendAnswerUnread } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { type BodyTaker, type Listener, tooLarge } from '../server/body-request.ts';
import type { AnsweredRequests } from '../metrics/metrics.ts';
import type { DecidingCall, DecisionEndpoint, Deciding } from '../endpoint/endpoint.ts';
import { checkMediaType } from '../messages/media-type.ts';
import { readRequestId } from '../logging/request-id.ts';
import { readExplain } from '../messages/request-query.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';

/** An endpoint that is served, and what counts its answers. */
interface ServedDecisions {
  readonly context: SidecarContext;
  readonly decide: Deciding;
  readonly requests: AnsweredRequests;
}

/**
 * Serves an endpoint that decides without Express: who calls, what type the body has, the body, the answer. It uses
 * callbacks all the way: promises and Express' own parser would cost more than the decision.
 */
export function createJsonBodyListener(context: SidecarContext, endpoint: DecisionEndpoint): Listener {
  const { access, route } = endpoint;
  const { maximumBytes } = endpoint.body;
  const served = { context, decide: endpoint.decide(context), requests: context.metrics.requestsOf(route) };
  return (request, response) => {
    const startMs = performance.now();
    const { headers } = request;
    let call: DecidingCall;
    try {
      const caller = context.access.check(request, access);
      const mode = readExplain(request.url ?? '');
      call = { mode, caller, requestId: context.decisionLog && readRequestId(headers) };
      checkMediaType(headers);
    } catch (error) {
      const answer = count(served, failureAnswer(error, context.log));
      sendAnswerUnread(request, response, answer, context.ceilings.answers);
      return;
    }
    const take: BodyTaker = (body) => {
      if (body instanceof ApiProblem) {
        sendAnswerAndCut(request, response, count(served, failureAnswer(body, context.log)));
        return;
      }
      const answer = answerBody(served, body, call);
      if (answer instanceof Promise) {
        const settled = answer.catch((error: unknown) => failureAnswer(error, context.log));
        void settled.then((waitedFor) => finish(served, response, waitedFor));
        return;
      }
      finish(served, response, answer);
      if (route === 'enforce') context.metrics.durations.observe(performance.now() - startMs);
    };
    const expectedBytes = Number(headers['content-length']);
    if (expectedBytes > maximumBytes) take(tooLarge(maximumBytes));
    else request.takeBody({ maximumBytes, expectedBytes, room: context.ceilings.bodies }, take);
  };
}

function answerBody({ context, decide }: ServedDecisions, body: Buffer, call: DecidingCall): Answer | Promise<Answer> {
  try {
    return decide(body, call);
  } catch (error) {
    return failureAnswer(error, context.log);
  }
}

function finish(served: ServedDecisions, response: ServerResponse, answer: Answer): void {
  const { ceilings, lifecycle } = served.context;
  if (lifecycle.isStopping) response.setHeader('Connection', 'close');
  sendAnswer(response, count(served, ceilings.admit(answer)), ceilings.answers);
}

function count({ requests }: ServedDecisions, answer: Answer): Answer {
  requests.count(answer.status);
  return answer;
}
