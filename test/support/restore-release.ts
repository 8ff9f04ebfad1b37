import type { Database } from '../../src/store/database/database.ts';
import {
  publishRelease,
  type Publication,
  type PublishOutcome,
} from '../../src/store/database/releases/publish-release.ts';
import { findRestorable } from '../../src/store/database/releases/restore-release.ts';

/** Publishes an older release again, as `rolebook rollback --yes` does. */
export async function restoreRelease(
  database: Database,
  revision: string,
  by: Pick<Publication, 'author' | 'atMs'>,
): Promise<PublishOutcome> {
  return publishRelease(database, { ...(await findRestorable(database, revision, by.atMs)), ...by });
}
