import { readSecretFile } from '../../http/access/secret-file.ts';
import { RolebookError } from '../../policy/errors.ts';

/** The first token of a file. Errors say nothing of what is in it. */
export async function readAdminToken(path: string): Promise<string> {
  const { text } = await readSecretFile(path, { noun: 'token file', helpIfMissing: undefined });
  const line = text
    .split('\n')
    .map((one) => one.trim())
    .find((one) => one !== '' && !one.startsWith('#'));
  const [token = ''] = line?.split(/[ \t]+/) ?? [];
  // Nothing of it is shown, and nothing else may come into a header.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new RolebookError('configuration', `the token file \`${path}\` holds no token`);
}
