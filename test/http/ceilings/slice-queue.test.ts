import { assert } from 'chai';
import { ApiProblem } from '../../../src/http/messages/api-problem.ts';
import { Room } from '../../../src/http/messages/room.ts';
import { SliceQueue } from '../../../src/http/ceilings/slice-queue.ts';
import { limits } from '../../../src/policy/limits.ts';

const long = { length: 'long', bytes: 0 } as const;
const short = { length: 'short', bytes: 0 } as const;

// With slices of no time at all each step is one, so that the machine's pace does not matter.
describe('work in slices', () => {
  const createQueue = (room = new Room(1000, 100)): SliceQueue => new SliceQueue(room, -1);

  function* steps<Result>(count: number, result: Result, each: () => void = () => undefined): Generator<void, Result> {
    for (let step = 0; step < count; step += 1) {
      each();
      yield;
    }
    return result;
  }

  it('is done at once, without a promise, when it takes no longer than a slice', () => {
    assert.strictEqual(new SliceQueue(new Room(1000, 100), 60_000).run(steps(100, 'done'), long), 'done');
    assert.strictEqual(createQueue().run(steps(0, 'done'), long), 'done');
  });

  it('gives others their turn after each slice, and ends with its result', async () => {
    const seen: string[] = [];
    const result = createQueue().run(
      steps(4, 'done', () => seen.push('slice')),
      long,
    );
    for (let turn = 0; turn < 3; turn += 1) {
      seen.push('other');
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.strictEqual(await result, 'done');
    assert.deepEqual(seen.slice(0, 6), ['slice', 'other', 'slice', 'other', 'slice', 'other']);
  });

  it('is one slice a turn, however many want something long', async () => {
    const queue = createQueue();
    let sinceTurn = 0;
    let most = 0;
    const count = (): number => (most = Math.max(most, (sinceTurn += 1)));
    const all = Array.from({ length: 20 }, () => Promise.resolve(queue.run(steps(5, 'done', count), long)));
    for (let turn = 0; turn < 200; turn += 1) {
      sinceTurn = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(
      await Promise.all(all),
      Array.from({ length: 20 }, () => 'done'),
    );
    assert.isAtMost(most, 2);
  });

  it('of which only a few are begun, while what is short begins at once', async () => {
    const queue = createQueue();
    const begun = new Set<number>();
    const all = Array.from({ length: 10 }, (_, index) =>
      Promise.resolve(
        queue.run(
          steps(3, index, () => begun.add(index)),
          long,
        ),
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    assert.isAtMost(begun.size, limits.begunAnswers + 1);
    let isBegun = false;
    void queue.run(
      steps(3, 'short', () => (isBegun = true)),
      short,
    );
    assert.strictEqual(isBegun, true);
    await Promise.all(all);
  });

  it('is refused when too much of it waits, or its bodies have no room, and taken again later', async () => {
    const room = new Room(1000, 100);
    const queue = createQueue(room);
    const refusedBy = (run: () => unknown): string => {
      try {
        run();
        return 'nobody';
      } catch (error) {
        return error instanceof ApiProblem ? error.code : String(error);
      }
    };
    const bodies = [600, 300].map((bytes) => Promise.resolve(queue.run(steps(3, bytes), { length: 'long', bytes })));
    assert.strictEqual(
      refusedBy(() => queue.run(steps(3, 0), { length: 'long', bytes: 200 })),
      'overloaded',
    );
    await Promise.all(bodies);
    assert.strictEqual(room.heldBytes, 0);
    const all = Array.from({ length: limits.longAnswers }, () => Promise.resolve(queue.run(steps(1, 'done'), long)));
    assert.strictEqual(
      refusedBy(() => queue.run(steps(1, 'done'), long)),
      'overloaded',
    );
    assert.strictEqual(queue.refused, 2);
    await Promise.all(all);
    assert.strictEqual(await queue.run(steps(1, 'again'), long), 'again');
  });

  it('that fails fails alone, and gives its room back', async () => {
    const room = new Room(1000, 100);
    const queue = createQueue(room);
    function* failing(): Generator<void, string> {
      yield;
      yield;
      throw new Error('a mistake');
    }
    const failed = Promise.resolve(queue.run(failing(), { length: 'long', bytes: 500 })).catch(String);
    const other = queue.run(steps(5, 'done'), long);
    assert.strictEqual(await failed, 'Error: a mistake');
    assert.strictEqual(await other, 'done');
    assert.strictEqual(room.heldBytes, 0);
  });
});

describe('room', () => {
  it('is kept for what is small when large things take the rest', () => {
    const room = new Room(1000, 100);
    assert.strictEqual(room.take(901, 'large'), false);
    assert.strictEqual(room.take(900, 'large'), true);
    assert.strictEqual(room.take(1, 'large'), false);
    assert.strictEqual(room.take(60, 'small'), true);
    assert.strictEqual(room.take(60, 'small'), false);
    room.give(900);
    assert.strictEqual(room.take(60, 'small'), true);
    assert.strictEqual(room.heldBytes, 120);
    assert.strictEqual(room.refused, 3);
  });
});
