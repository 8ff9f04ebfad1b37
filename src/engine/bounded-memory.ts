/**
 * A memory of texts, or what they are made of, up to so many characters. When it is full it forgets all, which is
 * seldom and quick.
 */
export class BoundedMemory<Key, Value> {
  readonly #mostCharacters: number;
  readonly #values = new Map<Key, Value>();
  #characters = 0;

  constructor(mostCharacters: number) {
    this.#mostCharacters = mostCharacters;
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  /** `characters` is how long the text is; one that is longer than all may be is not kept. */
  set(key: Key, value: Value, characters: number): void {
    const size = Math.max(characters, leastCharacters);
    if (size > this.#mostCharacters) return;
    if (this.#characters + size > this.#mostCharacters) {
      this.#values.clear();
      this.#characters = 0;
    }
    this.#values.set(key, value);
    this.#characters += size;
  }
}

// What an entry takes however short its text is.
const leastCharacters = 256;
