import type { PolicySet } from '../../../policy/policy-set.ts';
import type { SourceReport } from '../../live/policy-source.ts';
import type { DatabaseConnection } from '../connection/database-connection.ts';
import type { PublishedRelease } from '../releases/release.ts';
import type { LiveState } from './live-state.ts';

/** Facts about the database that a policy comes from. */
export interface DatabaseSource extends SourceReport {
  readonly kind: 'database';
  /** Without user and password. */
  readonly url: string;
  /** Of the last change that is live here. */
  readonly sequence: number | undefined;
  readonly release: PublishedRelease | undefined;
}

/** What is known of the source at this moment. */
export function describeSource(
  { url }: DatabaseConnection,
  { state, release }: LiveState,
  lastWordMs: number | undefined,
  isFromCache: boolean,
): DatabaseSource {
  return {
    kind: 'database',
    url: url.shown,
    sequence: state?.sequence,
    lastWordMs,
    isFromCache,
    release: release?.release,
  };
}

/** Whether what the files of a release give is what was published. */
export function checkRelease(
  release: PublishedRelease,
  { digest, revision }: Pick<PolicySet, 'digest' | 'revision'>,
): 'wanted' | { readonly fault: string } {
  const fault = `the files of revision ${release.revision} give another policy, ${revision}`;
  return digest === release.digest ? 'wanted' : { fault };
}

export function isDatabaseSource(source: SourceReport | undefined): source is DatabaseSource {
  return source?.kind === 'database';
}
