import { RolebookError } from '../../policy/errors.ts';
import type { RemoteAddress } from './remote-address.ts';

interface KnownFault {
  /** What git, ssh and curl say, in lower case. */
  readonly said: readonly string[];
  readonly code: 'unavailable' | 'configuration';
  readonly why: (of: { readonly url: string; readonly ref: string }) => string;
  readonly help: string;
}

const networkHelp = 'it is tried again by itself; decisions go on meanwhile';

/** In the order in which they are looked for. */
const knownFaults: readonly KnownFault[] = [
  {
    said: ['no space left on device', 'disk quota exceeded'],
    code: 'unavailable',
    why: () => 'the disk of the cache is full',
    help: 'make room; it is tried again by itself',
  },
  {
    said: ["couldn't find remote ref", 'could not find remote ref', 'remote branch'],
    code: 'unavailable',
    why: ({ ref }) => `there is no \`${ref}\``,
    help: 'push it, or name another one with `--ref`',
  },
  {
    said: ['host key verification failed', 'no matching host key'],
    code: 'configuration',
    why: () => 'the key of the host is not known',
    help: 'put it into the file of `--git-known-hosts`; `ssh-keyscan HOST` shows it, and somebody should compare it',
  },
  {
    said: [
      'permission denied',
      'authentication failed',
      'could not read username',
      'invalid credentials',
      'error: 401',
      'error: 403',
    ],
    code: 'configuration',
    why: () => 'the credentials are refused',
    help: 'look at `--git-token-file` or `--git-ssh-key`; they are read anew each time',
  },
  {
    said: ['repository not found', 'does not appear to be a git repository', 'error: 404', 'not found'],
    code: 'configuration',
    why: () => 'there is no repository, or not for these credentials',
    help: 'look at the address, and at what the credentials may read',
  },
  {
    said: ['redirect', 'error: 301', 'error: 302', 'error: 307', 'error: 308'],
    code: 'configuration',
    why: () => 'it has moved to another address',
    help: 'name the new one: a redirection is not followed, since it would take the credentials along',
  },
];

/** Words of git for a fetch that failed. */
export function describeRemoteFault(address: RemoteAddress, ref: string, stderr: string): RolebookError {
  const text = stderr.toLowerCase();
  const { url } = address;
  const known = knownFaults.find(({ said }) => said.some((words) => text.includes(words)));
  if (known) {
    const { code, why, help } = known;
    return new RolebookError(code, `\`${url}\` cannot be fetched: ${why({ url, ref })}`, { help });
  }
  const lines = stderr.split('\n').map((line) => line.trim());
  const line = lines.find((one) => one.startsWith('fatal: ')) ?? lines.find((one) => one !== '') ?? 'git said nothing';
  const said = line.replace(/^fatal: /, '').slice(0, mostSaid);
  return new RolebookError('unavailable', `\`${url}\` cannot be fetched: ${said}`, { help: networkHelp });
}

const mostSaid = 300;

const damageWords = [
  'not a git repository',
  'object file',
  'is corrupt',
  'bad object',
  'unable to read',
  'missing blob',
  'missing tree',
  'invalid object',
  'index-pack failed',
  'packfile',
  'bad ref',
  'reference broken',
  'cannot lock ref',
  'bad config',
  'shallow file',
  "unable to create '",
  '.lock',
];

/** Whether it may be the clone that is at fault, which can be made anew, rather than the repository elsewhere. */
export function mayBeDamaged(stderr: string): boolean {
  const text = stderr.toLowerCase();
  return damageWords.some((words) => text.includes(words)) && !text.includes('no space left');
}
