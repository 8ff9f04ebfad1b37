import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SessionKeys } from './session-keys.ts';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/**
 * A seal for what is kept in a cookie: nobody reads or changes what is under it, or makes some. What was sealed for one
 * purpose is nothing under the seal for another, though the key be the same.
 */
export class Seal {
  readonly #keys: SessionKeys;
  readonly #purpose: Buffer;

  constructor(purpose: string, keys = SessionKeys.ofThisProcess()) {
    this.#keys = keys;
    this.#purpose = Buffer.from(purpose);
  }

  close(text: string): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#keys.all[0], iv).setAAD(this.#purpose);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Undefined: it was not sealed so, with one of these keys, or not as a whole. */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    // One text for each: other spellings of the same bytes are none.
    if (bytes.length <= ivBytes + tagBytes || bytes.toString('base64url') !== sealed) return undefined;
    for (const key of this.#keys.all) {
      const text = this.#openWith(key, bytes);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  #openWith(key: Buffer, bytes: Buffer): string | undefined {
    const iv = bytes.subarray(0, ivBytes);
    const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes }).setAAD(this.#purpose);
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
