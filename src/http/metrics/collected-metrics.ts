import { Counter, Gauge, type Registry } from 'prom-client';

/** Adds a counter that is filled only when somebody reads it. */
export function addCounter<Label extends string = never>(
  registry: Registry,
  name: string,
  help: string,
  fill: (counter: Counter<Label>) => void,
  labelNames: readonly Label[] = [],
): void {
  const collect = function (this: Counter<Label>): void {
    this.reset();
    fill(this);
  };
  new Counter<Label>({ name, help, labelNames, collect, registers: [registry] });
}

/** Adds a gauge that is filled only when somebody reads it. */
export function addGauge<Label extends string = never>(
  registry: Registry,
  name: string,
  help: string,
  fill: (gauge: Gauge<Label>) => void,
  labelNames: readonly Label[] = [],
): void {
  const collect = function (this: Gauge<Label>): void {
    this.reset();
    fill(this);
  };
  new Gauge<Label>({ name, help, labelNames, collect, registers: [registry] });
}
