import type { IncomingHttpHeaders } from 'node:http';

const idHeaders = ['x-github-delivery', 'x-gitea-delivery', 'x-gitlab-event-uuid', 'x-request-uuid'] as const;

/** The deliveries that were heard lately, by the ids that git servers give them: one that comes again is no news. */
export class SeenDeliveries {
  readonly #most: number;
  readonly #seen = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether it is the first of its id; one without an id is new each time. */
  isNew(headers: IncomingHttpHeaders): boolean {
    const name = idHeaders.find((one) => typeof headers[one] === 'string');
    const id = name === undefined ? undefined : String(headers[name]).slice(0, 100);
    if (id === undefined) return true;
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    const [oldest] = this.#seen;
    if (this.#seen.size > this.#most && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }
}
