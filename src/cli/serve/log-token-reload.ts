import type { Logger } from '../../http/logging/log.ts';
import { messageOf } from '../../policy/errors.ts';

/** Says how reading the token files again went. */
export function logTokenReload(reading: Promise<void>, log: Logger): Promise<void> {
  return reading.then(
    () => log.info('the token files were read again'),
    (error: unknown) => log.error({ reason: messageOf(error) }, 'the token files are bad: the old tokens stay'),
  );
}
