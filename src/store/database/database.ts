import type { EntityManager } from 'typeorm';
import type { DatabaseUrl } from './database-url.ts';

/** An open database. What `read` and `write` reject with is a `RolebookError` that is fit to be shown. */
export interface Database {
  readonly url: DatabaseUrl;
  /** Runs `work` on one state of the database, however many statements it takes. */
  read<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result>;
  /**
   * Runs `work` in one transaction, one writer at a time: whoever comes meanwhile waits in a queue, for `queueMs` at
   * most.
   */
  write<Result>(work: (manager: EntityManager) => Promise<Result>, queueMs?: number): Promise<Result>;
  /** Runs `work`, which is short and touches no table that others queue for, in a transaction beside the queue. */
  note<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result>;
  /** Never rejects, and never waits for a server that says nothing. */
  close(): Promise<void>;
}

export type DatabaseAccess = 'read' | 'write';
