import { assert } from 'chai';

const share = Number(process.env['ROLEBOOK_LAW_SHARE'] ?? 1);

/** Whether only a part is drawn. */
export const isPart = share < 1;

/**
 * How many of the usual draws a law makes: all of them wherever all tests run, more by `npm run laws`, and a part of them at
 * each save, where what a law finds with few draws is worth the wait and the rest is not.
 */
export function lawRuns(usual: number): number {
  const wanted = process.env['ROLEBOOK_LAW_RUNS'];
  if (wanted !== undefined) return Math.max(usual, Number(wanted));
  return Math.max(Math.min(usual, 5), Math.ceil(usual * share));
}

/**
 * Draws that come to nothing prove nothing: how often a law must have come to what it is about. A part of the draws comes to
 * that by chance, so it is asked of all of them alone.
 */
export function assertReached(times: number, moreThan: number, what?: string): void {
  if (!isPart) assert.isAbove(times, moreThan, what);
}
