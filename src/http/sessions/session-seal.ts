import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { isJsonObject } from '../../policy/text/json.ts';
import type { Session } from './session.ts';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** A seal that sessions are kept under in a cookie: nobody reads or changes what is in one, or makes one. */
export class SessionSeal {
  readonly #key: Buffer;

  constructor(key: Buffer = randomBytes(keyBytes)) {
    this.#key = key;
  }

  close({ id, actor, endsAtMs }: Session): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#key, iv);
    const text = JSON.stringify({ id, endsAtMs, ...(actor && { actor }) });
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Undefined: it was not sealed with this key, or not as a whole. */
  open(sealed: string): Session | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    // One text for each session: other spellings of the same bytes are none.
    if (bytes.length <= ivBytes + tagBytes || bytes.toString('base64url') !== sealed) return undefined;
    const decipher = createDecipheriv(algorithm, this.#key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
      return readSession(JSON.parse(text.toString('utf8')));
    } catch {
      return undefined;
    }
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
