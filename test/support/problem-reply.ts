import { assert } from 'chai';
import type { Reply } from './running-sidecar.ts';

/** Holds that a reply is a problem of this kind, and gives its document. */
export function expectProblem(reply: Reply, status: number, code: string): Record<string, unknown> {
  const problem = reply.json as Record<string, unknown>;
  assert.strictEqual(reply.status, status, reply.text);
  assert.strictEqual(reply.headers['content-type'], 'application/problem+json');
  assert.include(problem as object, { status, code, type: `/problems/${code}` });
  return problem;
}
