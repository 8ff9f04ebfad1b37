import { assert } from 'chai';
import { addProcessMetrics } from '../../../src/http/metrics/process-metrics.ts';
import { Registry } from '../../../src/http/metrics/prometheus-client.ts';

describe('the metrics of the process', () => {
  const lag = 'nodejs_eventloop_lag_seconds';

  it('are measured once, whoever else tells them', () => {
    const [one, other] = [new Registry(), new Registry()];
    for (const registry of [one, other]) addProcessMetrics(registry);
    for (const name of [lag, 'nodejs_gc_duration_seconds', 'process_cpu_seconds_total']) {
      assert.isDefined(one.getSingleMetric(name), name);
      assert.strictEqual(one.getSingleMetric(name), other.getSingleMetric(name), name);
    }
  });

  it('are told by each, beside what is its own', async () => {
    const [one, other] = [new Registry(), new Registry()];
    for (const registry of [one, other]) addProcessMetrics(registry);
    one.clear();
    assert.isUndefined(one.getSingleMetric(lag));
    assert.match(await other.metrics(), /^process_cpu_seconds_total [1-9]|^process_cpu_seconds_total 0\.\d/m);
    assert.match(await other.metrics(), /^nodejs_eventloop_lag_seconds \d/m);
  });
});
