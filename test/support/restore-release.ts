import type { Database } from '../../src/store/database/database.ts';
import { publishRelease, type PublishOutcome } from '../../src/store/database/releases/publish-release.ts';
import { parseRevision } from '../../src/policy/text/revision-text.ts';
import { findRestorable } from '../../src/store/database/releases/restore-release.ts';

/** Publishes an older release again, as `rolebook rollback --yes` does. */
export async function restoreRelease(
  database: Database,
  revision: string,
  { author, atMs, ...more }: { readonly author: string; readonly atMs: number; readonly endMemberships?: number },
): Promise<PublishOutcome> {
  const name = parseRevision(revision) ?? { kind: 'digest', digest: revision };
  const found = await findRestorable(database, name, atMs);
  return publishRelease(database, { ...found, author, now: () => atMs, ...more });
}
