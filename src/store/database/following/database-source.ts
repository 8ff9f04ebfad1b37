import type { SourceReport } from '../../live/policy-source.ts';
import type { PublishedRelease } from '../releases/release.ts';

/** Facts about the database that a policy comes from. */
export interface DatabaseSource extends SourceReport {
  readonly kind: 'database';
  /** Without user and password. */
  readonly url: string;
  /** Of the last change that is live here. */
  readonly sequence: number | undefined;
  readonly release: PublishedRelease | undefined;
}

export function isDatabaseSource(source: SourceReport | undefined): source is DatabaseSource {
  return source?.kind === 'database';
}
