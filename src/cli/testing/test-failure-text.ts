import type { TestFailure } from '../../review/testing/run-policy-tests.ts';

/** What was expected and what was found, in one line; the reason is told apart. */
export function describeFailure(failure: TestFailure): string {
  if (failure.kind === 'asks-nothing') return 'asks nothing, so it would pass whatever the policy says';
  const { permission, subject, expect } = failure;
  return `\`${permission}\` as ${subject}: expected ${expect}, found ${expect === 'allow' ? 'deny' : 'allow'}`;
}
