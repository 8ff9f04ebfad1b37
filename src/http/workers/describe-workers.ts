import type { Slot } from './worker-pool.ts';

/** What each of several workers answers from; a place whose worker is being replaced has no process. */
export function describeWorkers(slots: readonly Slot[]): object[] {
  return slots.map(({ worker }) => ({
    pid: worker?.pid ?? null,
    startedAt: worker?.startedAt.toISOString() ?? null,
    revision: worker?.revision ?? null,
    loadedAt: worker?.loadedAt?.toISOString() ?? null,
  }));
}
