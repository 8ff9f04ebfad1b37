import { expect } from 'chai';
import type { Reply } from './running-sidecar.ts';

/** Holds that a reply is a problem of this kind, and gives its document. */
export function expectProblem(reply: Reply, status: number, code: string): Record<string, unknown> {
  const problem = reply.json as Record<string, unknown>;
  expect(reply.status, reply.text).to.equal(status);
  expect(reply.headers['content-type']).to.equal('application/problem+json');
  expect(problem).to.include({ status, code, type: `/problems/${code}` });
  return problem;
}
