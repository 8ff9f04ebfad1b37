import { assert } from 'chai';
import fc from 'fast-check';
import { fuzz, fuzzTimeoutMs } from './fuzz.ts';

describe('fuzzing', function () {
  this.timeout(fuzzTimeoutMs);

  it('finds a value that breaks a law, and names it', async () => {
    const property = fc.property(fc.integer({ min: 0, max: 1000 }), (number) => number < 700);
    const failure = await fuzz(property).catch(String);
    assert.include(failure, 'Counterexample: [700]');
  });

  it('tries what failed once before anything else', async () => {
    const tried: string[] = [];
    const property = fc.property(fc.string(), (text) => {
      tried.push(text);
      return tried.length < 50;
    });
    await fuzz(property, [['the one that failed in spring']]).catch(() => undefined);
    assert.strictEqual(tried[0], 'the one that failed in spring');
  });
});
