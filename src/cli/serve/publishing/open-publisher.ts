import { limits } from '../../../policy/limits.ts';
import { openDatabase } from '../../../store/database/connection/open-database.ts';
import { isRefusal } from '../../../store/database/database-fault.ts';
import type { DatabaseUrl } from '../../../store/database/database-url.ts';
import { migrateDatabase } from '../../../store/database/tables/migrate-database.ts';
import { processClock } from '../../../store/process-clock.ts';
import { BranchPublisher, type BranchPublisherOptions } from '../../../store/database/publishing/branch-publisher.ts';
import type { FollowedBranch } from '../../../store/database/publishing/branch-standing.ts';
import { followRemote, type FollowedRemote } from '../../../store/remote/follow-remote.ts';
import type { RemoteAddress } from '../../../store/remote/remote-address.ts';
import { RemoteClone } from '../../../store/remote/remote-clone.ts';
import type { RemoteCredentials } from '../../../store/remote/remote-command.ts';
import { SignatureCheck } from '../../../store/signatures/signature-check.ts';

/** A branch that is to be published, as somebody named it. */
export interface NamedBranch {
  readonly address: RemoteAddress;
  /** A full name. */
  readonly ref: string;
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  readonly credentials: RemoteCredentials;
  /** Where its clone lies. */
  readonly folder: string;
  /** The file of allowed signers; undefined: nobody has to sign. */
  readonly signers: string | undefined;
}

type PublisherParts = Pick<BranchPublisherOptions, 'read' | 'writer' | 'onPublished' | 'endMemberships'>;

/** A publisher of a branch. Throws where the file of those who may sign is none. */
export async function openPublisher({
  address,
  ref,
  prefix,
  credentials,
  folder,
  signers,
}: NamedBranch): Promise<(parts: PublisherParts) => BranchPublisher> {
  const branch: FollowedBranch = { url: address.url, ref, path: prefix };
  const signatures =
    signers === undefined
      ? undefined
      : new SignatureCheck({ file: signers, folder: `${folder}-signers`, now: processClock.now });
  await signatures?.prepare();
  const clone = new RemoteClone({ address, ref, prefix, credentials, folder });
  return (parts) => new BranchPublisher({ branch, clone, signatures, ...parts });
}

/** Makes the tables where there are none, and the file of SQLite. Rejects where waiting would not help. */
export async function prepareTables(url: DatabaseUrl, cwd: string): Promise<void> {
  try {
    const database = await openDatabase(url, 'write', cwd);
    try {
      await migrateDatabase(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (isRefusal(error)) throw error;
  }
}

/** Looks at the branch again and again from now on. After a look that failed it is not long until the next. */
export function followBranch(publisher: BranchPublisher, pollMs: number = limits.gitPollMs): FollowedRemote {
  const isWell = publisher.looks.failing === undefined;
  return followRemote(publisher, isWell ? pollMs : Math.min(pollMs, soonMs), pollMs);
}

const soonMs = 1000;
