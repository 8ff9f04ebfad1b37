import type { EntityManager } from 'typeorm';
import { damagedRow } from '../damaged-row.ts';

/** The revision of the policy that was the published one when the history had come to a sequence. */
export async function readRevisionAt(manager: EntityManager, sequence: number): Promise<string> {
  // A number of this code, so nothing needs an escape.
  const [row] = await manager.query<{ revision: unknown }[]>(
    `SELECT revision FROM rolebook_release WHERE sequence =
      (SELECT max(release) FROM rolebook_event WHERE release IS NOT NULL AND sequence <= ${Math.trunc(sequence)})`,
  );
  if (typeof row?.revision === 'string') return row.revision;
  throw damagedRow(`event ${String(sequence)}`, 'comes before any release');
}
