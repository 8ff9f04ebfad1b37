import { limits } from '../../policy/limits.ts';
import type { DatabaseState } from '../../policy/runtime-member.ts';

/** Tokens of one history by their sequences, as many as are worth their memory: the ones noted last. */
export class KnownTokens {
  readonly #tokens = new Map<number, string>();

  get(sequence: number): string | undefined {
    return this.#tokens.get(sequence);
  }

  note({ sequence, token }: DatabaseState): void {
    this.#tokens.delete(sequence);
    this.#tokens.set(sequence, token);
    if (this.#tokens.size <= limits.knownTokens) return;
    const [oldest] = this.#tokens.keys();
    if (oldest !== undefined) this.#tokens.delete(oldest);
  }

  forgetAll(): void {
    this.#tokens.clear();
  }
}
