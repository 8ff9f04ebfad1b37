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
