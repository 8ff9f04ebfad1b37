import type * as client from 'prom-client';
import { addCounter } from './collected-metrics.ts';

/** The outcomes of changes that were asked for here. */
export class PolicyChangeCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  /** `judged`: not to be made, or so already; `repeated`: made before. `code`: the fixed word of the rule that refused it. */
  count(outcome: 'made' | 'proposed' | 'repeated' | 'judged' | 'refused', code = ''): void {
    const byCode = this.#counts.get(outcome) ?? new Map<string, number>();
    byCode.set(code, (byCode.get(code) ?? 0) + 1);
    this.#counts.set(outcome, byCode);
  }

  register(registry: client.Registry): void {
    addCounter(
      registry,
      'rolebook_changes_total',
      'Changes of the policy that were asked for over HTTP, by what became of them and which rule refused them.',
      (counter) => {
        for (const [outcome, byCode] of this.#counts) {
          for (const [code, count] of byCode) counter.inc({ outcome, code }, count);
        }
      },
      ['outcome', 'code'],
    );
  }
}
