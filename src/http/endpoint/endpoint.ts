import type { Request } from 'express';
import type { EndpointAccess } from '../access/endpoint-access.ts';
import type { Caller } from '../access/token.ts';
import type { Answer } from '../messages/answer.ts';
import type { Operation } from '../openapi/openapi-operation.ts';
import type { SidecarContext } from './sidecar-context.ts';

/** A JSON body that an endpoint takes. */
export interface TakenBody {
  readonly maximumBytes: number;
  /** What it is, as the document says it. */
  readonly schema: object;
  /** What it is checked by, where that is done in parts; otherwise by `schema`. */
  readonly checkedBy?: readonly object[];
}

/** All that is known of an endpoint before somebody calls: routing, access control, metrics and the document ask here. */
interface EndpointFacts {
  /** The `route` label of metrics, a fixed word; endpoints that are counted together share one. */
  readonly route: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As Express writes it: `/v1/workspaces/:workspace/roles`. */
  readonly path: `/${string}`;
  readonly access: EndpointAccess;
  /** Undefined: none is read. */
  readonly body?: TakenBody;
  readonly operation: Operation;
}

/** A function that answers a request. It may throw an ApiProblem. */
export type Answering = (request: Request, body: Buffer, caller: Caller) => Answer | Promise<Answer>;

/** An endpoint that Express serves. */
export interface ServedEndpoint extends EndpointFacts {
  readonly serve: (context: SidecarContext) => Answering;
}

/** A call that decides: who makes it, and which id it has there, which only a decision log wants to know. */
export interface DecidingCall {
  readonly mode: 'plain' | 'explain';
  readonly caller: Caller;
  readonly requestId: string | undefined;
}

/** A function that decides on a body, whose bytes it gets. A promise only for a request that asks to wait. */
export type Deciding = (body: Buffer, call: DecidingCall) => Answer | Promise<Answer>;

/** An endpoint that decides, and is served without Express: what that costs would be more than the decision. */
export interface DecisionEndpoint extends EndpointFacts {
  readonly method: 'POST';
  readonly body: TakenBody;
  readonly decide: (context: SidecarContext) => Deciding;
}

export type Endpoint = ServedEndpoint | DecisionEndpoint;

/** All that requests are checked by, each once; the build writes their validators. */
export function requestSchemasOf(endpoints: readonly Endpoint[]): readonly object[] {
  const checks = endpoints.flatMap(({ body }) => (body === undefined ? [] : (body.checkedBy ?? [body.schema])));
  return [...new Set(checks)];
}
