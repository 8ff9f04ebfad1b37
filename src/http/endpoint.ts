import type { Request } from 'express';
import type { AccessNeed } from './access-control.ts';
import type { Answer } from './answer.ts';
import type { RouteName } from './metrics.ts';

/** An endpoint that Express serves. Its answer may throw an ApiProblem. */
export interface Endpoint {
  readonly route: RouteName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As Express writes it: `/v1/workspaces/:workspace/roles`. */
  readonly path: string;
  readonly access: AccessNeed;
  /** The most bytes of a JSON body that it takes; undefined: none is read. */
  readonly bodyBytes?: number;
  answer(request: Request, body: Buffer): Answer | Promise<Answer>;
}
