import type { ReloadOutcome } from '../../store/live/policy-source.ts';
import type { PublishedCommit } from '../../store/database/publishing/commit-writer.ts';
import type { Logger } from './log.ts';

/** Logs a commit that was published here. */
export function logPublished(
  { commit, outcome, release, revision, author, moves }: PublishedCommit,
  log: Logger,
): void {
  const of = { commit, release, revision, author, ...(moves > 0 && { moves }) };
  if (outcome === 'published') log.info(of, 'a commit of the branch was published');
  else log.info(of, 'a commit of the branch gives the policy that is published');
}

/** Logs when the branch cannot be published, once for each reason, and when it can be again. */
export function logBranchLooks(
  publisher: { onReload(listener: (outcome: ReloadOutcome) => void): () => void },
  log: Logger,
): () => void {
  let hasFailed = false;
  return publisher.onReload(({ outcome, error, trigger }) => {
    if (outcome === 'failed')
      log.error({ trigger, reason: error }, 'the branch is not published: what is published decides');
    else if (hasFailed) log.info({ trigger }, 'the branch is published again');
    hasFailed = outcome === 'failed';
  });
}
