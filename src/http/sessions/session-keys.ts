import { randomBytes } from 'node:crypto';
import { RolebookError } from '../../policy/errors.ts';
import { limits } from '../../policy/limits.ts';
import { readSecretFile } from '../access/secret-file.ts';

const keyBytes = 32;

/** The keys that what is in a cookie is sealed under: the first seals, and all of them open. */
export class SessionKeys {
  readonly #path: string | undefined;
  #keys: readonly [Buffer, ...Buffer[]];
  #warnings: readonly string[] = [];

  private constructor(path: string | undefined, keys: readonly [Buffer, ...Buffer[]]) {
    this.#path = path;
    this.#keys = keys;
  }

  /** One key that this process alone has, and nobody after it. */
  static ofThisProcess(): SessionKeys {
    return new SessionKeys(undefined, [randomBytes(keyBytes)]);
  }

  /** Those of a file, which several processes may share. Throws a RolebookError when it is bad. */
  static async open(path: string): Promise<SessionKeys> {
    const keys = new SessionKeys(path, [Buffer.alloc(0)]);
    await keys.reload();
    return keys;
  }

  get all(): readonly [Buffer, ...Buffer[]] {
    return this.#keys;
  }

  /** What somebody should look at in the file. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Reads the file again. If it is bad it throws, and the keys stay as they were. */
  async reload(): Promise<void> {
    if (this.#path === undefined) return;
    const noun = 'session key file';
    const helpIfMissing = '`openssl rand -hex 32` writes a key';
    const { text, warnings } = await readSecretFile(this.#path, { noun, helpIfMissing });
    this.#keys = parseKeys(text, this.#path);
    this.#warnings = warnings;
  }
}

/** One key a line, with blank lines and `#` comments. Messages say nothing of the keys. */
function parseKeys(text: string, path: string): readonly [Buffer, ...Buffer[]] {
  const help = 'a key is 64 hexadecimal digits, as `openssl rand -hex 32` writes them; the newest stands first';
  const keys: Buffer[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const written = line.trim();
    if (written === '' || written.startsWith('#')) continue;
    if (!/^[0-9A-Fa-f]{64}$/.test(written)) {
      throw new RolebookError('configuration', `the key at \`${path}:${index + 1}\` cannot be used`, { help });
    }
    const key = Buffer.from(written, 'hex');
    if (keys.some((other) => other.equals(key))) {
      throw new RolebookError('configuration', `the key at \`${path}:${index + 1}\` stands above it, too`, { help });
    }
    keys.push(key);
  }
  const [first, ...others] = keys;
  if (!first) throw new RolebookError('configuration', `the session key file \`${path}\` holds no key`, { help });
  if (keys.length <= limits.signIn.keys) return [first, ...others];
  const message = `the session key file \`${path}\` holds ${keys.length} keys, and ${limits.signIn.keys} is the most`;
  throw new RolebookError('configuration', message, { help: 'take out those whose sessions are over' });
}
