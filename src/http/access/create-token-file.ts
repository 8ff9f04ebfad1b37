import { randomBytes } from 'node:crypto';
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { RolebookError, messageOf } from '../../policy/errors.ts';

/**
 * Makes a file with one new token, for its owner alone, unless there is something of that name: that is never touched,
 * not even a link that leads nowhere. Says whether it made it. The token is shown nowhere.
 */
export function createTokenFile(path: string): 'created' | 'there' {
  // Without a pause between, so that another sidecar that starts beside this one hardly finds it empty.
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return 'there';
    throw cannotCreate(path, cause);
  }
  try {
    writeFileSync(file, `${randomBytes(tokenBytes).toString('hex')}\n`);
  } catch (cause) {
    // Half a token would be one that can be guessed.
    unlinkSync(path);
    throw cannotCreate(path, cause);
  } finally {
    closeSync(file);
  }
  return 'created';
}

/** As many as a SHA-256 has: nobody guesses it. */
const tokenBytes = 32;

function cannotCreate(path: string, cause: unknown): RolebookError {
  const message = `cannot make the token file \`${path}\`: ${messageOf(cause)}`;
  return new RolebookError('configuration', message, { cause });
}
