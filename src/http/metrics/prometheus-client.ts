import { createRequire } from 'node:module';
import type * as client from 'prom-client';

/*
 * The parts of prom-client that are used. Its front door also loads summaries, a client of the push gateway, and all of
 * OpenTelemetry's interface for examples that nobody asks for: seventy files at each start.
 */
const load = createRequire(import.meta.url);

export const Registry = load('prom-client/lib/registry.js') as typeof client.Registry;
export const Counter = load('prom-client/lib/counter.js') as typeof client.Counter;
export const Gauge = load('prom-client/lib/gauge.js') as typeof client.Gauge;
export const Histogram = load('prom-client/lib/histogram.js') as typeof client.Histogram;
// At once, too: whoever needs it may be able to open no file any more.
const AggregatorRegistry = load('prom-client/lib/cluster.js') as typeof client.AggregatorRegistry;

/** One registry with the numbers of several processes. */
export function aggregateReports(reports: readonly (readonly client.MetricObject[])[]): client.Registry {
  return AggregatorRegistry.aggregate([...reports]);
}

// As in prom-client's `collectDefaultMetrics`, but for the processor's time, the one that loads OpenTelemetry.
const processMetrics = [
  'processStartTime',
  'osMemoryHeap',
  'processOpenFileDescriptors',
  'processMaxFileDescriptors',
  'eventLoopLag',
  'processResources',
  'processHandles',
  'processRequests',
  'heapSizeAndUsed',
  'heapSpacesSizeAndUsed',
  'version',
  'gc',
] as const;

type AddMetrics = (registry: client.Registry, config: { readonly eventLoopMonitoringPrecision: number }) => void;

/** Adds what prom-client tells of the process itself. */
export function addDefaultMetrics(registry: client.Registry): void {
  for (const name of processMetrics) {
    const add = load(`prom-client/lib/metrics/${name}.js`) as AddMetrics;
    add(registry, { eventLoopMonitoringPrecision: 10 });
  }
}
