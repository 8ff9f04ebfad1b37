import type { Request } from 'express';
import type { AccessNeed } from './access-control.ts';
import type { Answer } from './answer.ts';
import type { RouteName } from './metrics.ts';

/** An endpoint that Express serves. Its answer may throw an ApiProblem. */
export interface Endpoint {
  readonly route: RouteName;
  readonly method: 'GET' | 'POST';
  /** As Express writes it: `/v1/workspaces/:workspace/roles`. */
  readonly path: string;
  readonly access: AccessNeed;
  answer(request: Request): Answer | Promise<Answer>;
}
