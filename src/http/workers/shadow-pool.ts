import { messageOf } from '../../policy/errors.ts';
import type { NextPolicy } from '../../store/live/policy-source.ts';
import type { Logger } from '../logging/log.ts';
import type { PoolWorker } from './pool-worker.ts';

/** The second policy as the workers have it: each by itself, and none of them is ever replaced for its sake. */
export class ShadowPool {
  readonly #log: Logger;
  readonly #workers = new Set<Pick<PoolWorker, 'pid' | 'ended' | 'takeShadow'>>();
  #next: NextPolicy | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** To be told of each worker that can be asked. */
  join(worker: Pick<PoolWorker, 'pid' | 'ended' | 'takeShadow'>): void {
    this.#workers.add(worker);
    void worker.ended.then(() => this.#workers.delete(worker));
    if (this.#next) void this.#give(worker, this.#next);
  }

  /** Resolves when all of them compare with it, or cannot. */
  async publish(next: NextPolicy): Promise<void> {
    this.#next = next;
    await Promise.all([...this.#workers].map((worker) => this.#give(worker, next)));
  }

  async #give(worker: Pick<PoolWorker, 'pid' | 'ended' | 'takeShadow'>, next: NextPolicy): Promise<void> {
    try {
      await worker.takeShadow(next);
    } catch (error) {
      if (!this.#workers.has(worker)) return;
      this.#log.error({ worker: worker.pid, reason: messageOf(error) }, 'a worker could not take the shadow policy');
    }
  }
}
