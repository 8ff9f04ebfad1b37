import type { DatabaseUrl } from '../database-url.ts';
import { LiveDatabase } from '../following/live-database.ts';
import type { LiveDatabaseOptions } from '../following/live-database-options.ts';
import type { PublishedBranch, ReloadOutcome } from '../../live/policy-source.ts';
import type { BranchPublisher } from './branch-publisher.ts';

/**
 * The live policy of a database to which the commits of a branch are published here. Decisions need the database alone;
 * whoever asks for a look by name has the branch looked at first.
 */
export class BranchDatabase extends LiveDatabase {
  readonly publisher: BranchPublisher;

  constructor(url: DatabaseUrl, options: LiveDatabaseOptions, publisherOf: (live: LiveDatabase) => BranchPublisher) {
    super(url, options);
    this.publisher = publisherOf(this);
  }

  get publishing(): PublishedBranch {
    return this.publisher;
  }

  override async reload(trigger: 'signal' | 'request'): Promise<ReloadOutcome> {
    await this.publisher.reload(trigger);
    return super.reload(trigger);
  }
}
