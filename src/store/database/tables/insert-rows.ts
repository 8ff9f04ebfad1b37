import type { EntityManager, EntityTarget } from 'typeorm';
import { limits } from '../../../policy/limits.ts';

/** Not `save`, which asks for each row first whether it is there. Ids that the database would give are ours here. */
export async function insertRows<Row extends object>(
  manager: EntityManager,
  table: EntityTarget<Row>,
  rows: Iterable<Row>,
  atOnce: number = limits.databaseRowsAtOnce,
): Promise<void> {
  const columns = manager.dataSource.getMetadata(table).columns.map(({ propertyName }) => propertyName);
  for (const chunk of inChunks(rows, atOnce)) {
    await manager.createQueryBuilder().insert().into(table, columns).values(chunk).updateEntity(false).execute();
  }
}

/** The items in lists of at most `size`. */
export function* inChunks<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let chunk: Item[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
