import { RolebookError } from '../../policy/errors.ts';
import { printable } from '../report/printable.ts';

/** The address of a sidecar, as it says it itself when it starts, or as a server in front of it has it. */
export type SidecarAddress =
  | { readonly kind: 'unix'; readonly path: string; readonly shown: string }
  | { readonly kind: 'http' | 'https'; readonly url: URL; readonly shown: string };

const help = 'write `http://127.0.0.1:8181`, `https://rolebook.acme.example` or `unix:/run/rolebook.sock`';

/** Reads `--server`. What is found is not repeated where it may hold a password. */
export function parseSidecarAddress(text: string): SidecarAddress {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length);
    if (path.startsWith('/') && !path.includes('\0')) return { kind: 'unix', path, shown: text };
    throw new RolebookError('usage', '`--server unix:` takes an absolute path', { help });
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password) {
    const message = '`--server` holds a name or a password';
    throw new RolebookError('usage', message, { help: 'leave it out; the token stands in `--token-file FILE`' });
  }
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const found = text.includes('@') ? '' : `, found \`${printable(text)}\``;
    throw new RolebookError('usage', `\`--server\` takes the address of a sidecar${found}`, { help });
  }
  // A path is there where a server in front has the sidecar under one.
  if (url.search !== '' || url.hash !== '') {
    throw new RolebookError('usage', '`--server` ends before `?` and `#`', { help });
  }
  const shown = url.href.replace(/\/$/, '');
  return { kind: url.protocol === 'http:' ? 'http' : 'https', url, shown };
}
