/** The size of what needs room: what is small may use all of it, so that large things never take the last. */
export type RoomSize = 'small' | 'large';

/** A bound on the bytes that something may hold at once, over all connections of a process. */
export class Room {
  readonly #mostBytes: number;
  readonly #mostForLarge: number;
  #heldBytes = 0;
  #refused = 0;

  constructor(mostBytes: number, keptForSmallBytes: number) {
    this.#mostBytes = mostBytes;
    this.#mostForLarge = mostBytes - keptForSmallBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** How often there was none. */
  get refused(): number {
    return this.#refused;
  }

  /** False: there is none left. What was taken is to be given back. */
  take(bytes: number, size: RoomSize): boolean {
    if (!this.fits(bytes, size)) {
      this.#refused += 1;
      return false;
    }
    this.#heldBytes += bytes;
    return true;
  }

  fits(bytes: number, size: RoomSize): boolean {
    return this.#heldBytes + bytes <= (size === 'small' ? this.#mostBytes : this.#mostForLarge);
  }

  give(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
