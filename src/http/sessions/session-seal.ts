import { isJsonObject } from '../../policy/text/json.ts';
import { Seal } from './seal.ts';
import type { Session } from './session.ts';

/** A seal that sessions are kept under in a cookie. */
export class SessionSeal {
  readonly #seal: Seal;

  constructor(seal = new Seal('session')) {
    this.#seal = seal;
  }

  close({ id, actor, endsAtMs }: Session): string {
    return this.#seal.close(JSON.stringify({ id, endsAtMs, ...(actor && { actor }) }));
  }

  /** Undefined: it is none of ours. */
  open(sealed: string): Session | undefined {
    const text = this.#seal.open(sealed);
    return text === undefined ? undefined : readSession(JSON.parse(text));
  }
}

function readSession(value: unknown): Session | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, endsAtMs, actor } = value;
  if (typeof id !== 'string' || typeof endsAtMs !== 'number') return undefined;
  if (actor === undefined) return { id, endsAtMs, actor };
  if (!isJsonObject(actor) || typeof actor['type'] !== 'string' || typeof actor['id'] !== 'string') return undefined;
  return { id, endsAtMs, actor: { type: actor['type'], id: actor['id'] } };
}
