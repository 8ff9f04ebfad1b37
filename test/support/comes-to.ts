import type { LiveDatabase } from '../../src/store/database/following/live-database.ts';
import { waitFor } from './wait-for.ts';

/** Whether what is live comes to a sequence of the history within that time. It is looked for at once. */
export async function comesTo(live: LiveDatabase, sequence: number, waitMs: number): Promise<boolean> {
  const isThere = (): boolean => (live.state?.sequence ?? 0) >= sequence;
  if (!isThere()) void live.catchUp();
  return waitFor(`change ${sequence}`, isThere, waitMs).then(
    () => true,
    () => false,
  );
}
