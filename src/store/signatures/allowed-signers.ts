import { createHash } from 'node:crypto';
import { RolebookError } from '../../policy/errors.ts';

/** A line of a file of allowed signers, as `ssh-keygen` reads it. */
export interface SshSigner {
  readonly line: string;
  /** As ssh-keygen shows it. */
  readonly fingerprint: string;
  /** Whose certificates are taken, rather than what the key itself signs. */
  readonly isAuthority: boolean;
  /** Undefined: since ever. */
  readonly afterMs: number | undefined;
  /** Undefined: for ever. */
  readonly beforeMs: number | undefined;
}

/** The signers whose commits may go live. */
export interface AllowedSigners {
  readonly ssh: readonly SshSigner[];
  /** Blocks of OpenPGP public keys, armoured; empty: there are none. */
  readonly openPgp: string;
}

export const armourBegin = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const armourEnd = '-----END PGP PUBLIC KEY BLOCK-----';

/**
 * Reads lines of SSH signers, armoured blocks of OpenPGP keys, or both. Throws for whatever is neither, since a line that
 * is passed over may be the one that somebody relies on.
 */
export function parseAllowedSigners(text: string, path: string): AllowedSigners {
  const ssh: SshSigner[] = [];
  const blocks: string[] = [];
  let block: string[] | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = raw.trim();
    const refuse = (fault: string, help = lineHelp): RolebookError =>
      new RolebookError('configuration', `line ${index + 1} of \`${path}\` ${fault}`, { help });
    if (block) {
      block.push(line);
      if (line === armourEnd) {
        blocks.push(block.join('\n'));
        block = undefined;
      } else if (line.startsWith('-----')) throw refuse('stands in the middle of an OpenPGP key', keyHelp);
    } else if (line === armourBegin) block = [line];
    else if (line.startsWith('-----BEGIN') && line.includes('PRIVATE KEY')) {
      throw refuse('begins a private key', 'it is a secret of its owner: take it out, and name the public key');
    } else if (line !== '' && !line.startsWith('#')) ssh.push(parseSigner(line, refuse));
  }
  if (block) throw unusable(path, 'ends in the middle of an OpenPGP key', keyHelp);
  if (ssh.length === 0 && blocks.length === 0) throw unusable(path, 'names no signer', lineHelp);
  return { ssh, openPgp: blocks.join('\n') };
}

/** Whether a signer may sign at this instant. */
export function isValidAt({ afterMs, beforeMs }: SshSigner, atMs: number): boolean {
  return (afterMs === undefined || atMs >= afterMs) && (beforeMs === undefined || atMs <= beforeMs);
}

export function unusable(path: string, fault: string, help: string): RolebookError {
  return new RolebookError('configuration', `\`${path}\` ${fault}`, { help });
}

const lineHelp =
  'write a line for each signer, as in `ana@acme.example ssh-ed25519 AAAA…`, or the armoured OpenPGP public key';
const keyHelp = '`gpg --armor --export KEY` writes it';

type Refuse = (fault: string, help?: string) => RolebookError;

// principals, options in some lines, type of the key, the key, a comment that may be left out
function parseSigner(line: string, refuse: Refuse): SshSigner {
  const words = splitWords(line);
  const [first = '', second = ''] = words;
  if (isKeyType(first)) {
    throw refuse('begins with a key', `say before it who signs with it, as in \`ana@acme.example ${first} AAAA…\``);
  }
  const hasOptions = !isKeyType(second);
  const [type = '', key = ''] = words.slice(hasOptions ? 2 : 1);
  if (!isKeyType(type)) throw refuse('has no type of a key after who signs');
  if (!isKeyOf(key, type)) throw refuse(`has no \`${type}\` key, or half of one`);
  const options = hasOptions ? parseOptions(second, refuse) : noOptions;
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return { line, fingerprint: `SHA256:${digest.replace(/=+$/, '')}`, ...options };
}

type SignerOptions = Pick<SshSigner, 'afterMs' | 'beforeMs' | 'isAuthority'>;

const noOptions: SignerOptions = { afterMs: undefined, beforeMs: undefined, isAuthority: false };

function isKeyType(word: string): boolean {
  return /^(ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9-]{2,40}(@openssh\.com)?$/.test(word);
}

// What is encoded begins with the length and the name of the type.
function isKeyOf(word: string, type: string): boolean {
  if (!/^[A-Za-z0-9+/]{40,16384}={0,2}$/.test(word)) return false;
  const bytes = Buffer.from(word, 'base64');
  return bytes.readUInt32BE(0) === type.length && bytes.toString('latin1', 4, 4 + type.length) === type;
}

function parseOptions(text: string, refuse: Refuse): SignerOptions {
  let afterMs: number | undefined;
  let beforeMs: number | undefined;
  let isAuthority = false;
  for (const option of splitAt(text, ',')) {
    const equals = option.indexOf('=');
    const name = (equals < 0 ? option : option.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? undefined : option.slice(equals + 1).replace(/^"(.*)"$/, '$1');
    if (name === 'cert-authority' && value === undefined) {
      isAuthority = true;
      continue;
    }
    if (name === 'namespaces' && value) continue;
    const atMs = name === 'valid-after' || name === 'valid-before' ? parseTime(value ?? '') : undefined;
    if (atMs === undefined) throw refuse(`has an option that is none: \`${option.slice(0, 60)}\``, optionHelp);
    if (name === 'valid-after') afterMs = atMs;
    else beforeMs = atMs;
  }
  return { afterMs, beforeMs, isAuthority };
}

const optionHelp =
  'there are `cert-authority`, `namespaces="git"`, `valid-after="20260101Z"` and `valid-before="20270101Z"`';

// As in ssh-keygen(1): YYYYMMDD, or with HHMM or HHMMSS; with Z it is UTC, else the time of the machine.
function parseTime(text: string): number | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

function splitWords(line: string): string[] {
  return splitAt(line.replaceAll('\t', ' '), ' ').filter((word) => word !== '');
}

// Not where it stands in quotes.
function splitAt(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let isQuoted = false;
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted;
    if (letter === separator && !isQuoted) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  return [...parts, part];
}
