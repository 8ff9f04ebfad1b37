/** The share of remembered requests that a new policy may answer otherwise. */
export interface MaxChanged {
  /** As it was written: `1%`. */
  readonly text: string;
  /** In thousandths of a percent, a whole number, so that the bound is exact. */
  readonly thousandths: number;
}

/** Reads `1%`, `0%` or `0.5%`; undefined: it is no such share. */
export function readMaxChanged(text: string): MaxChanged | undefined {
  const found = /^(\d{1,3})(?:\.(\d{1,3}))?%$/.exec(text);
  if (!found) return undefined;
  const [, whole = '', part = ''] = found;
  const thousandths = Number(whole) * 1000 + Number(part.padEnd(3, '0'));
  return thousandths <= 100_000 ? { text, thousandths } : undefined;
}

/** Whether so many of so many are more than may be. */
export function isBeyond({ thousandths }: MaxChanged, changed: number, compared: number): boolean {
  return changed * 100_000 > compared * thousandths;
}
