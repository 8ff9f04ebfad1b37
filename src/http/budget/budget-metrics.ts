import type { Registry } from 'prom-client';
import type { ChangeBudget } from '../../store/live/change-budget.ts';
import { addCounter, addGauge } from '../metrics/collected-metrics.ts';
import type { RememberedRequests } from './remembered-requests.ts';

/** Adds what a process that answers remembers. */
export function registerRemembered(remembered: RememberedRequests, registry: Registry): void {
  const help = 'Requests that are remembered for the change budget.';
  addGauge(registry, 'rolebook_budget_remembered_requests', help, (gauge) => gauge.set(remembered.size));
}

/** Adds how policies were judged, in the process that reads them. */
export function registerBudget(budget: ChangeBudget, registry: Registry): void {
  const waiting = '1 while a policy waits to be accepted that changes more than `--max-changed`, else 0.';
  addGauge(registry, 'rolebook_policy_over_budget', waiting, (gauge) => gauge.set(budget.waiting ? 1 : 0));
  addCounter(
    registry,
    'rolebook_budget_judgements_total',
    'Policies that were judged by the change budget, by outcome.',
    (counter) => {
      for (const [outcome, count] of Object.entries(budget.counts)) counter.inc({ outcome }, count);
    },
    ['outcome'],
  );
}
