import { assert } from 'chai';
import { Handovers } from '../../../src/http/workers/handover.ts';
import { limits } from '../../../src/policy/limits.ts';

/** A primary that hands over whenever it may: it tells of each one whether it wanted a word. */
class Primary {
  readonly handovers = new Handovers();
  readonly wantedWord: boolean[] = [];
  gone = 0;

  /** Hands over as many as it may right now, up to a number of them. */
  async handOver(most: number): Promise<number> {
    let given = 0;
    for (; given < most; given += 1) {
      if (!this.isMyTurn) break;
      this.isMyTurn = false;
      void this.handovers
        .begin(
          (wantsWord, onSent) => {
            this.wantedWord.push(wantsWord);
            onSent(undefined);
          },
          () => (this.gone += 1),
        )
        .then(() => (this.isMyTurn = true));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return given;
  }

  isMyTurn = true;
}

describe('connections on their way to a worker', () => {
  const window = limits.workerHandovers;

  it('are as many as the window has, and go on with a word of the worker', async () => {
    const primary = new Primary();
    assert.equal(await primary.handOver(100), window);
    primary.handovers.noteTaken(window / 2);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await primary.handOver(100), window / 2);
    assert.equal(primary.gone, 1.5 * window);
    assert.equal(primary.wantedWord.filter((wanted) => wanted).length, 3);
  });

  it('go one at a time after a loss, each with a word, until one of them has arrived', async () => {
    const primary = new Primary();
    await primary.handOver(4);
    primary.handovers.noteAsked(1);
    primary.handovers.noteBeat(1, 3);
    assert.equal(primary.handovers.lost, 1);
    assert.equal(await primary.handOver(100), 1);
    assert.equal(primary.wantedWord.at(-1), true);
    primary.handovers.noteTaken(4);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await primary.handOver(100), window);
  });

  it('stay one at a time after a word that was on its way when the loss was found out', async () => {
    const primary = new Primary();
    await primary.handOver(4);
    primary.handovers.noteAsked(1);
    primary.handovers.noteBeat(1, 2);
    primary.handovers.noteTaken(2);
    assert.equal(await primary.handOver(100), 1);
    assert.equal(primary.wantedWord.at(-1), true);
    assert.equal(await primary.handOver(100), 0, 'the one of before has not arrived');
    primary.handovers.noteTaken(3);
    await new Promise((resolve) => setImmediate(resolve));
    assert.isAbove(await primary.handOver(100), 1);
  });

  it('count as lost in vain only where none was taken since the beat before', async () => {
    const primary = new Primary();
    for (const [beat, taken] of [
      [1, 1],
      [2, 1],
      [3, 1],
    ] as const) {
      await primary.handOver(2 - Math.min(beat - 1, 1));
      primary.handovers.noteAsked(beat);
      primary.handovers.noteBeat(beat, taken);
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(primary.handovers.beatsInVain, beat - 1);
    }
    assert.equal(primary.handovers.lost, 3);
  });
});
