import type * as client from 'prom-client';
import { addCounter } from './collected-metrics.ts';
import { addDefaultMetrics, Registry } from './prometheus-client.ts';

let known: client.Registry | undefined;

/**
 * Adds the numbers of the process itself, by the names that all programs have for them. They are measured once, however
 * many registries have them: each measurement has a timer and an observer of its own, for as long as the process lives.
 */
export function addProcessMetrics(registry: client.Registry): void {
  known ??= measureProcess();
  for (const metric of known.getMetricsAsArray()) registry.registerMetric(metric as unknown as client.Metric);
}

function measureProcess(): client.Registry {
  const registry = new Registry();
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
  return registry;
}
