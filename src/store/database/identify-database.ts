import { resolve } from 'node:path';
import type { DatabaseUrl } from './database-url.ts';

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
