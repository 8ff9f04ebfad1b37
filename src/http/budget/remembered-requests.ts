import type { EnforceRequest } from '../../policy/decision.ts';
import { limits } from '../../policy/limits.ts';
import { heldBytes } from '../shadow/held-bytes.ts';

/**
 * The requests that were answered last, bounded by their number and by what they take in memory. When more come than are
 * taken in a second, some of them are, by chance.
 */
export class RememberedRequests {
  /** A ring, of which `#size` places from `#first` on are taken. */
  readonly #requests: EnforceRequest[] = [];
  readonly #sizes: number[] = [];
  #first = 0;
  #size = 0;
  #bytes = 0;
  /** One of so many is taken. */
  #stride = 1;
  /** How many pass before the next one is taken, and until when at most. */
  #gap = 0;
  #gapEndsMs = 0;
  /** How many were taken since then. */
  #taken = 0;
  #sinceMs = 0;

  get size(): number {
    return this.#size;
  }

  /** To be told of each request in the turn in which it is answered; it costs as good as nothing. */
  note(request: EnforceRequest, atMs: number): void {
    if (this.#gap > 0 && atMs < this.#gapEndsMs) {
      this.#gap -= 1;
      return;
    }
    this.#pace(atMs);
    const bytes = heldBytes(request, limits.budget.values);
    if (bytes > limits.budget.bytes) return;
    while (this.#size === limits.budget.requests || this.#bytes + bytes > limits.budget.bytes) this.#forgetOldest();
    const place = this.#place(this.#size);
    this.#requests[place] = request;
    this.#sizes[place] = bytes;
    this.#bytes += bytes;
    this.#size += 1;
  }

  /** So many of them at most, spread over all. */
  list(most: number = limits.budget.requests): EnforceRequest[] {
    const length = Math.min(this.#size, most);
    const step = this.#size / Math.max(1, length);
    const found: EnforceRequest[] = [];
    for (let index = 0; index < length; index += 1) {
      const request = this.#requests[this.#place(Math.floor(index * step))];
      if (request !== undefined) found.push(request);
    }
    return found;
  }

  #place(index: number): number {
    return (this.#first + index) % limits.budget.requests;
  }

  #forgetOldest(): void {
    this.#bytes -= this.#sizes[this.#first] ?? 0;
    this.#first = this.#place(1);
    this.#size -= 1;
  }

  // The first of each batch alone would be no sample, so the gaps are odd.
  #pace(atMs: number): void {
    this.#taken += 1;
    const perSecond = (this.#taken * 1000) / Math.max(1, atMs - this.#sinceMs);
    if (this.#taken >= limits.budget.perSecond || atMs - this.#sinceMs >= limits.budget.longestGapMs) {
      if (perSecond > limits.budget.perSecond) this.#stride = Math.min(this.#stride * 2, widestStride);
      else if (perSecond < limits.budget.perSecond / 2) this.#stride = Math.max(1, this.#stride >> 1);
      this.#taken = 0;
      this.#sinceMs = atMs;
    }
    this.#gap = this.#stride === 1 ? 0 : Math.floor(Math.random() * (2 * this.#stride - 1));
    this.#gapEndsMs = atMs + limits.budget.longestGapMs;
  }
}

const widestStride = 4096;
