import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import type { ReloadOutcome, ReloadTrigger } from '../../../src/store/live/policy-source.ts';
import { noProblems } from '../../../src/store/live/prepare-policy.ts';
import { failure, ReloadQueue, unchanged, verdictOf, type Verdict } from '../../../src/store/live/reload-queue.ts';
import { sourceFailure } from '../../../src/store/live/source-failure.ts';

const loaded = verdictOf('loaded', noProblems);

describe('the queue of reloads', () => {
  let nowMs: number;
  let verdicts: Verdict[];
  let looks: { readonly trigger: ReloadTrigger; readonly scope: string }[];
  let queue: ReloadQueue<string>;
  let told: string[];
  let looked: string[];

  beforeEach(() => {
    nowMs = 1000;
    verdicts = [];
    looks = [];
    told = [];
    looked = [];
    queue = new ReloadQueue({
      look: async (trigger, scope) => {
        looks.push({ trigger, scope });
        await new Promise((resolve) => setImmediate(resolve));
        return verdicts.shift() ?? unchanged;
      },
      merge: (left, right) => `${left}+${right}`,
      revision: () => 'r1',
      now: () => nowMs,
    });
    const say = ({ outcome, trigger }: ReloadOutcome): string => `${outcome} ${trigger}`;
    queue.onReload((outcome) => told.push(say(outcome)));
    queue.onLook((found) => looked.push(say(found)));
  });

  it('runs one reload at a time; what is asked for meanwhile shares the next, under the most explicit name', async () => {
    const first = queue.ask('start', 'a');
    await Promise.resolve();
    const shared = [queue.ask('poll', 'b'), queue.ask('request', 'c'), queue.ask('files', 'd')];
    assert.equal(shared[1], shared[0]);
    assert.equal(shared[2], shared[0]);
    await Promise.all([first, ...shared]);
    assert.deepEqual(looks, [
      { trigger: 'start', scope: 'a' },
      { trigger: 'request', scope: 'b+c+d' },
    ]);
  });

  it('is silent over a look that nobody asked for by name and that finds nothing new, and tells everybody else', async () => {
    verdicts = [loaded, unchanged, unchanged, failure(noProblems, 'gone'), failure(noProblems, 'gone')];
    for (const trigger of ['start', 'poll', 'request', 'files', 'news'] as const) await queue.ask(trigger, '');
    assert.deepEqual(told, ['loaded start', 'unchanged request', 'failed files']);
    assert.deepEqual(looked, ['loaded start', 'unchanged poll', 'unchanged request', 'failed files', 'failed news']);
    verdicts = [failure(noProblems, 'gone'), failure(noProblems, 'torn'), unchanged];
    for (const trigger of ['signal', 'poll', 'poll'] as const) await queue.ask(trigger, '');
    assert.deepEqual(told.slice(3), ['failed signal', 'failed poll', 'unchanged poll']);
  });

  it('knows when the source was reached, when it had news, and since when it fails', async () => {
    assert.deepEqual(queue.looks, { lastReachedMs: undefined, lastNewsMs: undefined, failing: undefined });
    verdicts = [loaded, unchanged, failure(noProblems, 'gone'), failure(noProblems, 'torn'), unchanged];
    await queue.ask('start', '');
    nowMs = 2000;
    await queue.ask('poll', '');
    assert.deepEqual(queue.looks, { lastReachedMs: 2000, lastNewsMs: 1000, failing: undefined });
    nowMs = 3000;
    await queue.ask('poll', '');
    nowMs = 4000;
    await queue.ask('poll', '');
    const failing = { sinceMs: 3000, error: 'torn' };
    const lastFailure = { atMs: 4000, kind: 'unavailable', error: 'torn' } as const;
    assert.deepEqual(queue.looks, { lastReachedMs: 2000, lastNewsMs: 1000, failing, lastFailure });
    nowMs = 5000;
    await queue.ask('poll', '');
    const healed = { lastReachedMs: 5000, lastNewsMs: 1000, failing: undefined };
    assert.deepEqual(queue.looks, { ...healed, lastFailure }, 'the last failure is told when it is over, too');
  });

  it('tells why the last look failed: by what is there, or by a source that passes or has to be mended', async () => {
    const problems = { problems: [], problemCounts: { errors: 1, warnings: 0 } };
    const cases = [
      [failure(problems, undefined), 'problems'],
      [failure(noProblems, 'gone'), 'unavailable'],
      [sourceFailure(new Error('gone')), 'unavailable'],
      [sourceFailure(new RolebookError('configuration', 'refused')), 'configuration'],
    ] as const;
    for (const [verdict, kind] of cases) {
      verdicts = [verdict];
      await queue.ask('request', '');
      assert.equal(queue.looks.lastFailure?.kind, kind);
    }
  });

  it('tells nobody anything once it is closed, and answers who waits', async () => {
    const asked = queue.ask('request', '');
    queue.close();
    assert.equal((await asked).outcome, 'unchanged');
    assert.deepEqual([told, looked], [[], []]);
  });
});
