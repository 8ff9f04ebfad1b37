import type { MetricValueWithName, Registry } from 'prom-client';
import { Histogram } from './prometheus-client.ts';

const upperBoundsMs = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 100, 1000];

/**
 * The time that enforce requests take, kept in plain numbers: prom-client's own `observe` costs more than a decision.
 */
export class EnforceDurations {
  readonly #counts: number[] = new Array<number>(upperBoundsMs.length + 1).fill(0);
  #sumMs = 0;

  observe(durationMs: number): void {
    let bucket = 0;
    while (bucket < upperBoundsMs.length && durationMs > (upperBoundsMs[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sumMs += durationMs;
  }

  register(registry: Registry, name: string, help: string): void {
    const histogram = new Histogram({ name, help, buckets: upperBoundsMs.map(toSeconds), registers: [registry] });
    const report = { name, help, type: 'histogram', aggregator: 'sum' };
    // prom-client would fill its own buckets one by one; it is given ours instead.
    const read = (): Promise<object> => Promise.resolve({ ...report, values: this.#values(name) });
    Object.assign(histogram, { get: read, getForPromString: read });
  }

  #values(name: string): MetricValueWithName<'le'>[] {
    let count = 0;
    const values = this.#counts.map((inBucket, index): MetricValueWithName<'le'> => {
      count += inBucket;
      const bound = upperBoundsMs[index];
      const le = bound === undefined ? '+Inf' : toSeconds(bound);
      return { metricName: `${name}_bucket`, labels: { le }, value: count };
    });
    values.push({ metricName: `${name}_sum`, labels: {}, value: toSeconds(this.#sumMs) });
    values.push({ metricName: `${name}_count`, labels: {}, value: count });
    return values;
  }
}

function toSeconds(ms: number): number {
  return ms / 1000;
}
