import { limits } from '../../policy/limits.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import { describeWeighing } from '../../review/budget/weigh-requests.ts';
import type { BudgetJudgement } from '../../store/live/change-budget.ts';
import type { Logger } from '../logging/log.ts';

/** Logs how a policy was judged; one that is kept back is told as a reload that failed. */
export function logJudgement({ revision, outcome, remembered, weighing }: BudgetJudgement, log: Logger): void {
  if (outcome === 'unjudged') {
    const needed = limits.budget.least;
    log.warn(
      { next: revision, remembered, needed },
      'too few requests are remembered to judge what the policy changes',
    );
  }
  if (outcome === 'accepted') log.info({ next: revision }, 'the policy was accepted, whatever it changes');
  if (outcome === 'written') log.info({ next: revision }, 'the policy was judged where it was written');
  if (outcome !== 'within' || weighing === undefined) return;
  const { compared, denied, allowed } = weighing;
  const told = denied + allowed === 0 ? 'the policy changes no remembered request' : describeWeighing(weighing);
  log.info({ next: revision, compared, denied, allowed }, told);
}

/** Logs that somebody was given what the live policy has no place for, while another policy waits. */
export function logCutMembers(cut: readonly RuntimeMember[], log: Logger): void {
  const places = [...new Set(cut.map(({ place }) => `${place.kind} ${place.id}`))].slice(0, limits.budget.toldKinds);
  log.warn(
    { memberships: cut.length, places },
    'memberships give less than was given until the policy that waits is accepted: the live one has no such role, or gives more by it',
  );
}
