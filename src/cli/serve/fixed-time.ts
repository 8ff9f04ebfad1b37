import { isLocal, parseListenAddress } from '../../http/access/listen-address.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { ServeOptions } from './serve-options.ts';

/**
 * Throws a RolebookError for what cannot stand beside `--at`: it answers the tests of an application as of one instant, so
 * nobody elsewhere may ask, and nothing may be kept or written that would take this instant for the time.
 */
export function refuseBesideFixedTime(options: ServeOptions): void {
  if (options.at === undefined) return;
  const { database, changes, decisionLog, maxStaleness, workers, allowUnauthenticated, maxChanged } = options;
  const others = {
    '--database': database,
    '--changes': changes,
    '--decision-log': decisionLog,
    '--max-staleness': maxStaleness,
    '--max-changed': maxChanged,
    '--workers': workers > 1 ? workers : undefined,
    '--allow-unauthenticated': allowUnauthenticated,
  };
  const found = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (found !== undefined) {
    const message = `\`--at\` and \`${found}\` cannot stand together: it is for tests, which decide as of one instant`;
    throw new RolebookError('usage', message, { help: 'leave one of them out' });
  }
  if (isLocal(parseListenAddress(options.listen))) return;
  const message = `\`--at\` is for tests on this machine, and cannot listen on \`${options.listen}\``;
  throw new RolebookError('usage', message, { help: 'leave `--listen` out, or write `--listen 127.0.0.1:8181`' });
}
