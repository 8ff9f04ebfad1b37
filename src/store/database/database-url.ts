import { inspect } from 'node:util';
import { resolve } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';

export type DatabaseKind = 'postgres' | 'sqlite';

const help = 'write `postgres://host/database` or `sqlite:FILE`';

/**
 * The address of a database. The text may hold a password, so it is given out by `reveal` alone: printed, logged, put
 * into JSON or into a template, it is what may be shown.
 */
export class DatabaseUrl {
  readonly kind: DatabaseKind;
  /** Without user, password and parameters. */
  readonly shown: string;
  readonly #text: string;
  readonly #secrets: readonly string[];

  /** `source` is what the user gave it with, an option or a variable. The text itself is in no error. */
  constructor(text: string, source: string) {
    this.#text = text;
    if (text.startsWith('sqlite:')) {
      this.kind = 'sqlite';
      this.shown = `sqlite:${fileOf(text, source)}`;
      this.#secrets = [];
      return;
    }
    const url = parsePostgresUrl(text, source);
    this.kind = 'postgres';
    this.shown = `postgres://${url.searchParams.get('host') ?? url.host}${url.pathname}`;
    this.#secrets = secretsOf(url);
  }

  /** The text as it was given, password and all, or the path of the file. For the driver only. */
  reveal(): string {
    return this.kind === 'sqlite' ? this.shown.slice('sqlite:'.length) : this.#text;
  }

  /** A text of somebody else, as a driver's message, without what must not be shown. */
  redact(text: string): string {
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), text);
  }

  toString(): string {
    return this.shown;
  }

  toJSON(): string {
    return this.shown;
  }

  [inspect.custom](): string {
    return this.shown;
  }
}

function fileOf(text: string, source: string): string {
  const rest = text.slice('sqlite:'.length);
  const file = rest.startsWith('///') ? rest.slice(2) : rest;
  if (file === '' || file.startsWith('//')) {
    throw new RolebookError('usage', `\`${source}\` names no file`, { help: 'write `sqlite:FILE`' });
  }
  if (file === ':memory:') {
    const message = `\`${source}\` cannot be a database in memory, which nobody else would see`;
    throw new RolebookError('usage', message, { help: 'write `sqlite:FILE`' });
  }
  return file;
}

function parsePostgresUrl(text: string, source: string): URL {
  if (!text.startsWith('postgres://') && !text.startsWith('postgresql://')) {
    throw new RolebookError('usage', `\`${source}\` is not a database URL`, { help });
  }
  // `host` as a parameter is the folder of a socket; a URL without a host between its slashes is one of these.
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || hasBadEscape(url)) {
    const escapes = 'in a user or password write `/`, `@`, `:`, `#`, `?` and `%` as %2F, %40, %3A, %23, %3F and %25';
    throw new RolebookError('usage', `\`${source}\` cannot be read as a URL`, { help: escapes });
  }
  if (url.pathname === '' || url.pathname === '/') {
    throw new RolebookError('usage', `\`${source}\` names no database`, { help });
  }
  return url;
}

function hasBadEscape({ username, password, pathname }: URL): boolean {
  return decode(`${username}${password}${pathname}`) === undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

// As they stand in the URL and as the server gets them; the longest first, so that none is left in half.
function secretsOf(url: URL): string[] {
  const given = [url.password, url.username, url.searchParams.get('password'), url.searchParams.get('user')];
  // What stands behind the `?` is decoded here, and may not look like it.
  const secrets = given.flatMap((text) => (text ? [text, decode(text) ?? text] : []));
  return [...new Set(secrets)].sort((left, right) => right.length - left.length);
}

/**
 * What tells one database from another on this machine, as a text that is not to be shown: what is kept of one must
 * never be taken for another's. A password is no part of it, since it changes and the database stays.
 */
export function identifyDatabase(url: DatabaseUrl, cwd: string): string {
  if (url.kind === 'sqlite') return `sqlite:${resolve(cwd, url.reveal())}`;
  const parsed = new URL(url.reveal());
  parsed.password = '';
  parsed.searchParams.delete('password');
  return parsed.href;
}

/** The password of a URL, from which keys are made; it is never to be shown. Undefined: it has none. */
export function passwordOf(url: DatabaseUrl): string | undefined {
  if (url.kind === 'sqlite') return undefined;
  const { password, searchParams } = new URL(url.reveal());
  // One password, however it is escaped.
  return decodeURIComponent(password) || searchParams.get('password') || undefined;
}
