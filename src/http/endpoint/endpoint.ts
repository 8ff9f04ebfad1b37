import type { Request } from 'express';
import type { Answer } from '../messages/answer.ts';
import type { ServedRoute } from '../access/endpoint-access.ts';
import type { Caller } from '../access/token.ts';

/** An endpoint that Express serves; who may call it is in `endpoint-access.ts`. Its answer may throw an ApiProblem. */
export interface Endpoint {
  readonly route: ServedRoute;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As Express writes it: `/v1/workspaces/:workspace/roles`. */
  readonly path: string;
  /** The most bytes of a JSON body that it takes; undefined: none is read. */
  readonly bodyBytes?: number;
  answer(request: Request, body: Buffer, caller: Caller): Answer | Promise<Answer>;
}
