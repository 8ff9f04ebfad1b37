import { readFile } from 'node:fs/promises';
import { RolebookError } from '../../policy/errors.ts';
import { plainText } from '../../policy/text/plain-text.ts';
import { errorCodeOf } from '../folder/file-fault.ts';
import { runSigner } from '../git/git-command.ts';

/** Throws where no commit could be signed with an SSH key: it cannot be read, has a passphrase, or nobody can sign. */
export async function requireSigningKey(path: string): Promise<void> {
  await readFile(path).catch((cause: unknown) => {
    const why = errorCodeOf(cause) === 'ENOENT' ? 'there is none' : 'it cannot be read';
    throw new RolebookError('configuration', `the key of \`--sign-key\`, \`${path}\`: ${why}`, { cause });
  });
  // Whether it has a passphrase is asked with an empty one, so that nobody is asked for it.
  const opened = await runKeygen(['-y', '-P', '', '-f', path], '');
  if (opened !== undefined) throw refuseKey(path, opened);
  const signed = await runKeygen(['-Y', 'sign', '-n', 'git', '-q', '-f', path], 'rolebook');
  if (signed !== undefined) throw refuseKey(path, signed);
}

function refuseKey(path: string, said: string): RolebookError {
  const isLocked = said.includes('incorrect passphrase');
  const why = isLocked ? 'it has a passphrase' : `\`ssh-keygen\` does not take it: ${lastLine(said)}`;
  const help = isLocked
    ? 'give the sidecar a key of its own without one, in a file that nobody else reads'
    : "it is a private SSH key that its owner alone reads, as `ssh-keygen -t ed25519 -N '' -f FILE` makes";
  return new RolebookError('configuration', `the key of \`--sign-key\`, \`${path}\`: ${why}`, { help });
}

function lastLine(said: string): string {
  const lines = said.split('\n').filter((line) => /[a-z]/i.test(line));
  return plainText(lines.at(-1) ?? 'it said nothing', 200);
}

/** What it said where it failed; undefined: it did not. */
async function runKeygen(args: readonly string[], input: string): Promise<string | undefined> {
  const env = { SSH_ASKPASS_REQUIRE: 'never' };
  const { exitCode, stderr } = await runSigner('ssh-keygen', args, { env, input }).catch((cause: unknown) => {
    const help = 'install OpenSSH 8.2 or newer, or leave `--sign-key` out';
    throw new RolebookError('configuration', '`--sign-key` needs `ssh-keygen`, and there is none', { help, cause });
  });
  return exitCode === 0 ? undefined : stderr;
}
