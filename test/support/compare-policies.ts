import { compareShare } from '../../src/review/diff/compare/compare-share.ts';
import { mergeFindings } from '../../src/review/diff/compare/merge-findings.ts';
import { matchPolicies } from '../../src/review/diff/matching/compared-policies.ts';
import type { PolicyDifference, PolicySide } from '../../src/review/diff/matching/policy-difference.ts';

/** What changes for whom between two policies that are compiled, which are one share. */
export async function comparePolicies(
  before: PolicySide,
  after: PolicySide,
  sinceMs: number,
): Promise<PolicyDifference> {
  const compared = matchPolicies(before, after);
  const difference = mergeFindings([await compareShare(compared, sinceMs, 'told')], compared);
  if (!difference) throw new Error('one share of the workspaces is all of them');
  return difference;
}
