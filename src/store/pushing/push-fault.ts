import { messageOf, RolebookError } from '../../policy/errors.ts';
import { plainText } from '../../policy/text/plain-text.ts';
import { RefusedCommit } from '../committing/refused-commit.ts';
import { whatServerSaid } from './push-outcome.ts';

const mostSaid = 200;

/** For a push that did not come to its end, and of which nothing is there. */
export function describePushFault(url: string, stderr: string): RolebookError {
  const text = stderr.toLowerCase();
  if (refusedWords.some((words) => text.includes(words))) {
    const help =
      'they may read and not write: have the file of `--git-token-file` or `--git-ssh-key` hold some that may push';
    return new RolebookError(
      'unavailable',
      `\`${url}\` does not take a push with these credentials; nothing was written`,
      {
        help,
      },
    );
  }
  const lines = stderr.split('\n').map((line) => line.trim());
  const fatal = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines.find((line) => line !== '');
  const said = whatServerSaid(stderr) ?? plainText(fatal ?? 'git said nothing', mostSaid);
  const help = 'send it again with the same `Idempotency-Key`, which makes it once, or look at `GET /v1/changes` first';
  return new RolebookError('unavailable', `the push to \`${url}\` was cut off, and the change is not there: ${said}`, {
    help,
  });
}

const refusedWords = [
  'error: 401',
  'error: 403',
  'authentication failed',
  'permission denied',
  'could not read username',
  'access denied',
  'service not enabled',
];

/** For a push of which nobody knows how it ended. */
export function describeUnknownEnd(url: string, error: unknown): RolebookError {
  const help =
    'send it again with the same `Idempotency-Key`, which makes it once, or look at `GET /v1/changes` when it answers';
  const message = `the push to \`${url}\` was cut off, and whether the change is there cannot be seen now: ${messageOf(error)}`;
  return new RolebookError('unavailable', message, { help, cause: error });
}

/** For a server that does not want a push. */
export function refusePush(url: string, ref: string, why: string): RefusedCommit {
  const help = 'have somebody allow it there, or propose the change, which pushes it to a branch of its own';
  return new RefusedCommit('push-refused', `\`${url}\` does not take the push to \`${ref}\`: ${why}`, help);
}
