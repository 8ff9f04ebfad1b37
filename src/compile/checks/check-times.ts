import type { Catalog } from '../../policy/catalog.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import type { Assignment, Member } from '../../policy/policy-set.ts';
import type { ProblemList } from '../../policy/problem-list.ts';
import { createProblem } from '../../policy/problem.ts';
import { formatSubject } from '../../policy/subject.ts';
import { quote } from '../words/describe-value.ts';

/*
 * Checks that ask "when?". They look at now and at every later instant at which a role begins or ends, so a policy
 * that is right today does not become wrong by waiting.
 */

/** Warns of memberships that are over. */
export function findExpired(members: Iterable<Member>, catalog: Catalog, nowMs: number, problems: ProblemList): void {
  for (const member of members) {
    for (const { role, fromMs, untilMs, position } of member.assignments) {
      if (untilMs === undefined || untilMs > nowMs) continue;
      // One that ends before it begins is told as that.
      if (fromMs !== undefined && fromMs >= untilMs) continue;
      if (!problems.takes('expired-membership')) continue;
      const who = formatSubject(member.subject, catalog.subjectTypes[0]);
      const message = `role ${quote(role.id)} of ${quote(who)} ended at ${formatInstant(untilMs)}`;
      problems.told.push(
        createProblem('expired-membership', position, message, 'take the line away; it grants nothing'),
      );
    }
  }
}

/** `nowMs` and every later instant at which one of these begins or ends, in order. */
export function instantsFrom(assignments: readonly Pick<Assignment, 'fromMs' | 'untilMs'>[], nowMs: number): number[] {
  const later = assignments
    .flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
    .filter((ms) => ms !== undefined && ms > nowMs);
  return [nowMs, ...new Set(later as number[])].sort((left, right) => left - right);
}
