import { RolebookError } from '../../policy/errors.ts';

/** The address of a repository elsewhere. It carries no secret, so it may be shown. */
export interface RemoteAddress {
  /** As git is given it. */
  readonly url: string;
  readonly protocol: RemoteProtocol;
  /** `https://git.acme.example/`: what credentials are for, and nobody else gets. Undefined: it is not spoken by HTTP. */
  readonly origin: string | undefined;
}

/** Protocols that git speaks itself; others would start a program that the address names. */
export const remoteProtocols = ['https', 'http', 'ssh', 'git', 'file'] as const;

export type RemoteProtocol = (typeof remoteProtocols)[number];

/** Reads what somebody wrote, or throws a RolebookError that does not repeat it where a secret may stand in it. */
export function parseRemoteAddress(text: string, flag: string): RemoteAddress {
  if (text === '' || text.startsWith('-') || /[\p{Cc}\s]/u.test(text)) throw malformed(flag);
  // As git has it: `git@host:path`, where no slash comes before the colon.
  if (/^[\w.-]+@[\w.-]+:[^:]/.test(text) && !text.includes('://')) {
    return { url: text, protocol: 'ssh', origin: undefined };
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw malformed(flag);
  }
  const protocol = remoteProtocols.find((known) => `${known}:` === url.protocol);
  if (protocol === undefined || !text.includes('://')) throw malformed(flag);
  if (url.password !== '' || (url.username !== '' && protocol !== 'ssh')) {
    const help = 'leave them out, and name a file with `--git-token-file FILE`';
    throw new RolebookError('usage', `the address of \`${flag}\` has credentials in it, which others would see`, {
      help,
    });
  }
  if (url.search !== '' || url.hash !== '') throw malformed(flag);
  const isHttp = protocol === 'https' || protocol === 'http';
  return { url: text, protocol, origin: isHttp ? `${url.origin}/` : undefined };
}

function malformed(flag: string): RolebookError {
  const help = 'write `https://HOST/PATH`, `ssh://git@HOST/PATH`, `git@HOST:PATH` or `file:///PATH`';
  return new RolebookError('usage', `\`${flag}\` takes the address of a git repository`, { help });
}

/** Reads the name of a branch or a tag; the result is a full name, which git takes for nothing else. */
export function parseRemoteRef(text: string, flag: string): string {
  const isFull = text.startsWith('refs/heads/') || text.startsWith('refs/tags/');
  const name = isFull ? text : `refs/heads/${text}`;
  const parts = name.split('/');
  const isSound = parts.every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
  const isWord = !/[\p{Cc}\s~^:?*[\\]|\.\.|@\{|\.$|\/$/u.test(name) && !text.startsWith('-') && text !== '@';
  if (isSound && isWord && name.length <= mostRefCharacters) return name;
  const help = 'write a branch, as in `main`, or a tag, as in `refs/tags/v7`';
  throw new RolebookError('usage', `\`${flag}\` takes the name of a branch`, { help });
}

const mostRefCharacters = 255;

/** Reads the folder of the repository that holds the policy; the result ends with a slash, or is empty. */
export function parseRemotePath(text: string, flag: string): string {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const isSound = !text.startsWith('/') && !parts.includes('..') && !/[\p{Cc}\\]/u.test(text);
  if (isSound && !parts.includes('.git')) return parts.map((part) => `${part}/`).join('');
  const help = 'write it from the top of the repository, as in `services/access`';
  throw new RolebookError('usage', `\`${flag}\` takes a folder of the repository`, { help });
}
