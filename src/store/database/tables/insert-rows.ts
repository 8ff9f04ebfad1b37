import type { EntityManager, EntitySchema } from 'typeorm';
import { limits } from '../../../policy/limits.ts';
import { inChunks } from './in-chunks.ts';

/** Not `save`, which asks for each row first whether it is there. */
export async function insertRows<Row extends object>(
  manager: EntityManager,
  table: EntitySchema<Row>,
  rows: Iterable<Row>,
  atOnce: number = limits.databaseRowsAtOnce,
): Promise<void> {
  for (const chunk of inChunks(rows, atOnce)) {
    await manager.createQueryBuilder().insert().into(table.options.name).values(chunk).updateEntity(false).execute();
  }
}
