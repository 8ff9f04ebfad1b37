import type { Logger } from '../../../http/logging/log.ts';
import { ReviewFile } from '../../../store/decisions/review-file.ts';

/** The review of `--review`. One that is broken, or not there yet, is told in the log, and stops nothing. */
export function reviewOf({
  review,
  log,
}: {
  readonly review: string | undefined;
  readonly log: Logger;
}): ReviewFile | undefined {
  if (review === undefined) return undefined;
  const file = new ReviewFile(review, ({ message, help }) => log.warn({ help }, message));
  file.read().catch(() => undefined);
  return file;
}
