import type { IncomingMessage } from 'node:http';
import { keepsEveryRole } from '../../review/changes/keeps-every-role.ts';
import { actorHeader } from '../access/actor-header.ts';
import type { Caller } from '../access/token.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { actorHeaders } from '../openapi/openapi-parameters.ts';
import { groundOf, readAsking, type Asking } from './asking.ts';

/**
 * The same endpoint, also for actors who are operators. Others are refused as by what is for no actor at all: hosts, files
 * and addresses are not for those who have roles in a product.
 */
export function forOperators(endpoint: ServedEndpoint): ServedEndpoint {
  return {
    ...endpoint,
    access: { ...endpoint.access, extent: 'operators' },
    operation: { ...endpoint.operation, headers: { ...endpoint.operation.headers, ...actorHeaders } },
    serve: (context) => {
      const respond = endpoint.serve(context);
      return (request, body, caller) => {
        requireOperator(context, request, caller);
        return respond(request, body, caller);
      };
    },
  };
}

function requireOperator(context: SidecarContext, request: IncomingMessage, caller: Caller): void {
  const isForActor = caller.actor !== undefined || request.headers[actorHeader.toLowerCase()] !== undefined;
  if (isForActor && !isOperatorOf(context, request, caller)) throw context.access.refuseActor(caller);
}

function isOperatorOf(context: SidecarContext, request: IncomingMessage, caller: Caller): boolean {
  try {
    return isOperator(readAsking(context, request, caller));
  } catch (error) {
    // Who is nobody is no operator.
    if (error instanceof ApiProblem) return false;
    throw error;
  }
}

/** Whether somebody looks after the product itself: as staff they keep the roles of every company. */
export function isOperator(asking: Asking): boolean {
  const { engine, atMs, knowledge } = groundOf(asking);
  return knowledge.actor !== undefined && keepsEveryRole(engine.policy, knowledge.actor, atMs);
}
