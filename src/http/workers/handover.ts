/** A connection on its way to a worker: at most one at a time. */
export interface Handover {
  readonly number: number;
  /** The last beat that the worker was asked for before. */
  readonly afterBeat: number;
  readonly onTaken: () => void;
  readonly onLost: () => void;
}

/**
 * The handovers to a worker: whether what it was given has arrived. A process that has no descriptor left for a connection is
 * not told that there was one, and cannot say so; Node then says nothing at all. But messages keep their order: a
 * worker that answers what it was asked after the connection has got that, or never will.
 */
export class Handovers {
  #last = 0;
  #current: Handover | undefined;
  #lostInARow = 0;

  /** How many were lost since the last one that arrived. */
  get lostInARow(): number {
    return this.#lostInARow;
  }

  /** `give` is called with the number that the worker is to repeat. */
  begin(afterBeat: number, give: (number: number) => void): Promise<'taken' | 'lost'> {
    return new Promise((resolve) => {
      const number = (this.#last += 1);
      this.#current = { number, afterBeat, onTaken: () => resolve('taken'), onLost: () => resolve('lost') };
      give(number);
    });
  }

  noteTaken(number: number): void {
    if (this.#current?.number !== number) return;
    this.#current.onTaken();
    this.#current = undefined;
    this.#lostInARow = 0;
  }

  noteBeat(beat: number): void {
    if (this.#current !== undefined && beat > this.#current.afterBeat) this.noteLost();
  }

  noteLost(): void {
    if (this.#current === undefined) return;
    this.#current.onLost();
    this.#current = undefined;
    this.#lostInARow += 1;
  }
}
