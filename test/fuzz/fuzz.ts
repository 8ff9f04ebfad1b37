import { assert } from 'chai';
import fc from 'fast-check';
import { isPart, lawRuns } from '../support/law-runs.ts';

/** How long each target is tried: some seconds whenever all tests run, longer with `npm run fuzz`. */
export const fuzzMs = Number(process.env['ROLEBOOK_FUZZ_MS'] ?? 3000);

/** For Mocha: a target may also need a while to begin, to shrink what failed, and to end. */
export const fuzzTimeoutMs = 4 * fuzzMs + 20_000;

/**
 * Asks a property for as long as there is time, of values nobody has seen before; at each save of a few. `kept` are values that failed once;
 * they come first, in every run. A failure names the value, which then belongs into `kept`.
 */
export async function fuzz<Values extends [unknown, ...unknown[]]>(
  property: fc.IAsyncProperty<Values> | fc.IProperty<Values>,
  kept: readonly Values[] = [],
): Promise<void> {
  const raw = property as fc.IRawProperty<Values>;
  // When the time is over fast-check leaves the value it is at behind; who tidies up waits for that one.
  let running: ReturnType<typeof raw.run> | undefined;
  const run = raw.run.bind(raw);
  raw.run = (values) => (running = run(values));
  // Those that failed once are all tried, however busy the machine is.
  if (kept.length > 0) told(await fc.check(raw, { numRuns: kept.length, examples: [...kept] }));
  const untilOver = {
    numRuns: 10_000_000,
    plugins: [fc.interruptAfterTimeLimit(fuzzMs, { failOnInterrupt: false })],
  };
  const details = await fc.check(raw, isPart ? { numRuns: lawRuns(200) } : untilOver);
  const last = await running;
  told(details);
  if (last) assert.fail(`the last value failed, after the time was over: ${fc.stringify(last)}`);
}

function told<Values>(details: fc.RunDetails<Values>): void {
  if (details.failed) throw new Error(fc.defaultReportMessage(details));
}
