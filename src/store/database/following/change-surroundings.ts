import type { DatabaseConnection } from '../connection/database-connection.ts';
import type { KeptRelease } from './kept-release.ts';
import type { LiveState } from './live-state.ts';
import type { WriteFaults } from './write-faults.ts';

/** The things that a change of what is live works with. */
export interface ChangeSurroundings {
  readonly connection: DatabaseConnection;
  readonly live: LiveState;
  /** The release that is kept back now. */
  readonly kept: () => KeptRelease | undefined;
  /** Resolves when all that the database holds was tried to be made live. */
  readonly catchUp: () => Promise<void>;
}

/** A change of what is live, done in the database first. */
export type LiveChange<Request, Result> = (
  surroundings: ChangeSurroundings,
  request: Request,
  now: () => number,
  faults?: WriteFaults,
) => Promise<Result>;

/** Something was published that is not known here, so what the judge would say is not what holds. */
export class MissedRelease extends Error {}
