import { limits } from '../../policy/limits.ts';

/** The way to hand one connection over; `wantsWord`: the worker is to say how many it has taken by then. */
export type Give = (wantsWord: boolean, onSent: (error: Error | undefined) => void) => void;

/**
 * The handovers to a worker: how many it was given, and how many have arrived. A process that has no descriptor left for a
 * connection is not told that there was one, and cannot say so; Node then says nothing at all. But messages keep their
 * order: a worker that answers a beat has taken what it was given before the beat, or never will.
 *
 * A few may be on their way together, so that not each one needs a word; after a loss one at a time.
 */
export class Handovers {
  #given = 0;
  #taken = 0;
  #lost = 0;
  /** How many it had been given when it was asked for a beat, by the number of the beat. */
  readonly #givenBefore = new Map<number, number>();
  #takenAtBeat = 0;
  #beatsInVain = 0;
  #isCareful = false;
  /** How many it had been given when the last loss was found out. */
  #givenAtLoss = 0;
  /** Ends the one that is still in this process, and tells who waits for the next one's turn. */
  #current: { readonly onGone: () => void; readonly onNext: () => void; isGone: boolean } | undefined;

  /** How many did not arrive. */
  get lost(): number {
    return this.#lost;
  }

  /** At how many beats in a row connections were lost, and none was taken. */
  get beatsInVain(): number {
    return this.#beatsInVain;
  }

  /** Resolves when the next one may be handed over; `onGone` is called when this one is not needed here any more. */
  begin(give: Give, onGone: () => void): Promise<void> {
    return new Promise((onNext) => {
      const current = { onGone, onNext, isGone: false };
      this.#current = current;
      this.#given += 1;
      give(this.#isCareful || this.#given % wordAfter === 0, (error) => {
        if (error !== undefined) this.#lost += 1;
        this.#noteGone(current);
        this.#goOn();
      });
    });
  }

  /** The worker has taken so many, since it began. */
  noteTaken(taken: number): void {
    this.#taken = Math.max(this.#taken, taken);
    // A word that was on its way when the loss was found out says nothing of what comes after it.
    if (taken + this.#lost > this.#givenAtLoss) this.#isCareful = false;
    this.#goOn();
  }

  noteAsked(beat: number): void {
    this.#givenBefore.set(beat, this.#given);
  }

  noteBeat(beat: number, taken: number): void {
    const given = this.#givenBefore.get(beat);
    this.#givenBefore.delete(beat);
    if (given === undefined) return;
    const newlyLost = given - taken - this.#lost;
    if (taken > this.#takenAtBeat) this.#beatsInVain = 0;
    else if (newlyLost > 0) this.#beatsInVain += 1;
    if (newlyLost > 0) {
      this.#lost += newlyLost;
      this.#isCareful = true;
      this.#givenAtLoss = this.#given;
    }
    this.#taken = Math.max(this.#taken, taken);
    this.#takenAtBeat = taken;
    this.#goOn();
  }

  /** It takes no more, and nobody will know of what was on its way. */
  end(): void {
    if (this.#current === undefined) return;
    this.#noteGone(this.#current);
    this.#current.onNext();
    this.#current = undefined;
  }

  #noteGone(current: { readonly onGone: () => void; isGone: boolean }): void {
    if (current.isGone) return;
    current.isGone = true;
    current.onGone();
  }

  #goOn(): void {
    const onTheirWay = this.#given - this.#taken - this.#lost;
    if (!this.#current?.isGone || onTheirWay >= (this.#isCareful ? 1 : limits.workerHandovers)) return;
    this.#current.onNext();
    this.#current = undefined;
  }
}

/** So the word comes before all that may be on their way are. */
const wordAfter = limits.workerHandovers / 2;
