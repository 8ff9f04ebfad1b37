import type { EntityManager } from 'typeorm';

/**
 * The time by the clock of the database, of this very moment: ISO 8601, UTC, as all times of the tables are. Clocks of
 * machines differ, and whoever waits for a lock is told a later time than when it began to wait.
 */
export async function readClock(manager: EntityManager): Promise<string> {
  const [row] = await manager.query<{ now: string }[]>(`SELECT ${clockOf(manager)} AS now`);
  return row?.now ?? '';
}

/** The same as an expression, for a statement that asks for more. */
export function clockOf({ dataSource }: EntityManager): string {
  return dataSource.options.type === 'postgres'
    ? `to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;
}
