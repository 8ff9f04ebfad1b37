import type { EntityManager } from 'typeorm';
import { clockOf } from '../connection/database-clock.ts';

/**
 * The time of what is written to the history next. Only for who has the lock: what comes later in the history is never
 * earlier in time. Where the clock of the database went back it is the time of the last event.
 */
export async function readHistoryTime(manager: EntityManager): Promise<string> {
  const last = 'SELECT happened_at FROM rolebook_event ORDER BY sequence DESC LIMIT 1';
  const [found] = await manager.query<{ last: unknown; now: string }[]>(
    `SELECT (${last}) AS last, ${clockOf(manager)} AS now`,
  );
  return laterOf(found?.last, found?.now ?? '');
}

// A damaged time would be handed on from event to event.
function laterOf(last: unknown, now: string): string {
  return typeof last === 'string' && timePattern.test(last) && last > now ? last : now;
}

// Of one length, so that texts are compared as times are.
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
