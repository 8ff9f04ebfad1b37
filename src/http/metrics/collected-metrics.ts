import type * as client from 'prom-client';
import { Counter, Gauge } from './prometheus-client.ts';

/** Adds a counter that is filled only when somebody reads it. */
export function addCounter<Label extends string = never>(
  registry: client.Registry,
  name: string,
  help: string,
  fill: (counter: client.Counter<Label>) => void,
  labelNames: readonly Label[] = [],
): void {
  const collect = function (this: client.Counter<Label>): void {
    this.reset();
    fill(this);
  };
  new Counter<Label>({ name, help, labelNames, collect, registers: [registry] });
}

/** Adds a gauge that is filled only when somebody reads it. */
export function addGauge<Label extends string = never>(
  registry: client.Registry,
  name: string,
  help: string,
  fill: (gauge: client.Gauge<Label>) => void,
  labelNames: readonly Label[] = [],
): void {
  const collect = function (this: client.Gauge<Label>): void {
    this.reset();
    fill(this);
  };
  new Gauge<Label>({ name, help, labelNames, collect, registers: [registry] });
}
