import { RolebookError } from '../../policy/errors.ts';

/** A fraction, so many of so many: coverage or the mutation score. */
export interface Figure {
  readonly part: number;
  readonly whole: number;
}

/** A percentage in hundredths, so that `92.55` is compared without a rounding error. */
export type Threshold = number;

const thresholdPattern = /^(?:100(?:\.0{1,2})?|\d{1,2}(?:\.\d{1,2})?)$/;

export function parseThreshold(value: string): Threshold {
  if (thresholdPattern.test(value)) return Math.round(Number(value) * 100);
  throw new RolebookError('usage', `\`--threshold\` takes a percentage, found \`${value}\``, {
    help: 'write a number from 0 to 100, as in `--threshold 90` or `--threshold 92.5`',
  });
}

/** Nothing to reach is reached: a policy without roles has no gap. */
export function isBelow({ part, whole }: Figure, threshold: Threshold): boolean {
  return part * 10_000 < threshold * whole;
}

/** Rounded down, so that 100 % means all and a figure below its threshold never looks like it. */
export function formatPercent({ part, whole }: Figure): string {
  return `${whole === 0 ? 100 : Math.floor((part * 1000) / whole) / 10} %`;
}

export function formatThreshold(threshold: Threshold): string {
  return `${threshold / 100} %`;
}
