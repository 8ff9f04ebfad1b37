import type { Registry } from 'prom-client';
import { addCounter } from './collected-metrics.ts';
import { addDefaultMetrics } from './prometheus-client.ts';

/** Adds the numbers of the process itself, by the names that all programs have for them. */
export function addProcessMetrics(registry: Registry): void {
  addDefaultMetrics(registry);
  const times = {
    process_cpu_user_seconds_total: ['Total user CPU time spent in seconds.', ({ user }) => user],
    process_cpu_system_seconds_total: ['Total system CPU time spent in seconds.', ({ system }) => system],
    process_cpu_seconds_total: [
      'Total user and system CPU time spent in seconds.',
      ({ user, system }) => user + system,
    ],
  } satisfies Record<string, [help: string, read: (microseconds: NodeJS.CpuUsage) => number]>;
  for (const [name, [help, read]] of Object.entries(times)) {
    addCounter(registry, name, help, (counter) => counter.inc(read(process.cpuUsage()) / 1e6));
  }
}
