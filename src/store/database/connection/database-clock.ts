import type { EntityManager } from 'typeorm';

/**
 * The time by the clock of the database, of this very moment: ISO 8601, UTC, as all times of the tables are. Clocks of
 * machines differ, and whoever waits for a lock is told a later time than when it began to wait.
 */
export async function readClock(manager: EntityManager): Promise<string> {
  const clock =
    manager.dataSource.options.type === 'postgres'
      ? `to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
      : `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;
  const [row] = await manager.query<{ now: string }[]>(`SELECT ${clock} AS now`);
  return row?.now ?? '';
}
