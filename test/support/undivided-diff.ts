import { compilePolicy, type CompileResult } from '../../src/compile/compile-policy.ts';
import { PolicyPlaces } from '../../src/policy/policy-places.ts';
import type { Problem } from '../../src/policy/problem.ts';
import type { FaultyPolicy, PolicyChange } from '../../src/review/diff/compare/compile-share.ts';
import { compareEscalations, renameEscalations } from '../../src/review/diff/compare/escalation-changes.ts';
import type { JudgedChange } from '../../src/review/diff/compare/judge-share.ts';
import { matchPolicies } from '../../src/review/diff/matching/compared-policies.ts';
import { emptyPolicyBefore } from '../../src/review/diff/matching/empty-policy.ts';
import { withRuntimeMembers } from '../../src/review/diff/matching/runtime-policy.ts';
import { findRuntimeNotices } from '../../src/review/diff/notices/runtime-notices.ts';
import { findEscalationPaths } from '../../src/review/escalation/escalation-paths.ts';
import { renamedPlaces } from '../../src/review/members/renamed-places.ts';
import { applyMoves, planRuntimeMoves } from '../../src/review/members/runtime-moves.ts';
import { comparePolicies } from './compare-policies.ts';

/** What is wrong in files that are not compared. */
export interface Faults {
  readonly faulty: 'before' | 'after';
  readonly errors: readonly Problem[];
  readonly count: number;
}

/** A change judged all at once, each side compiled by itself with its warnings: slow, and plain to see. */
export async function judgeUndivided(change: PolicyChange): Promise<JudgedChange | Faults> {
  const { nowMs, members, returning } = change;
  const after = compilePolicy(change.after, nowMs);
  if (!after.policy) return faultsOf({ faulty: 'after', result: after });
  const before = change.before && compilePolicy(change.before, nowMs);
  if (before && !before.policy) return faultsOf({ faulty: 'before', result: before });
  const written = before?.policy ?? emptyPolicyBefore(after.policy);
  const places = new PolicyPlaces(after.policy);
  const moves = planRuntimeMoves(places, members, returning, renamedPlaces(after.policy, written));
  const sides = {
    before: { policy: withRuntimeMembers(new PolicyPlaces(written), members), files: change.before ?? [] },
    after: { policy: withRuntimeMembers(places, applyMoves(members, moves)), files: change.after },
  };
  const { changes, notices } = await comparePolicies(sides.before, sides.after, nowMs);
  const compared = matchPolicies(sides.before, sides.after);
  return {
    difference: {
      changes,
      notices: [...(before ? notices : []), ...findRuntimeNotices(moves, sides.after.policy)],
    },
    moves,
    escalations: compareEscalations({
      before: renameEscalations(findEscalationPaths(sides.before.policy, nowMs), compared),
      after: findEscalationPaths(sides.after.policy, nowMs),
    }),
    revisions: { before: before?.policy?.revision, after: after.policy.revision },
    catalogs: { before: written.catalog, after: after.policy.catalog },
  };
}

export function faultsOf({ faulty, result }: { faulty: FaultyPolicy['faulty']; result: CompileResult }): Faults {
  const errors = result.problems.filter(({ severity }) => severity === 'error');
  return { faulty, errors, count: result.problemCounts.errors };
}
