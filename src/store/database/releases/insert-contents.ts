import { In, type EntityManager } from 'typeorm';
import { limits } from '../../../policy/limits.ts';
import { fileContents } from '../tables/entities.ts';
import { inChunks, insertRows } from '../tables/insert-rows.ts';

/** Adds the contents of files. What a file held in an earlier release is there already. */
export async function insertContents(
  manager: EntityManager,
  kind: keyof typeof fileContents,
  contents: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const table = fileContents[kind];
  for (const digests of inChunks(contents.keys(), limits.databaseRowsAtOnce)) {
    const known = await manager.find(table, { select: { digest: true }, where: { digest: In(digests) } });
    const there = new Set(known.map(({ digest }) => digest));
    const missing = digests.filter((digest) => !there.has(digest));
    const rows = missing.map((digest) => ({ digest, content: Buffer.from(contents.get(digest) ?? []) }));
    // Files are large, so fewer go into one statement.
    await insertRows(manager, table, rows, filesAtOnce);
  }
}

const filesAtOnce = 16;
