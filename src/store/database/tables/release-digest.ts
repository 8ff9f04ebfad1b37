import type { EntityManager } from 'typeorm';
import { classifyPath, type PolicyFileKind } from '../../../compile/file/policy-files.ts';
import { computeDigest, type DigestedFile } from '../../../compile/revision.ts';

// As the compiler makes it: `model.conf` is stored beside them and no part of it.
const digestedKinds: ReadonlySet<PolicyFileKind> = new Set(['roles', 'organization', 'workspace']);

/** The digest of the policy that the files of a release give, as far as the database says what these are. */
export async function digestOfRelease(manager: EntityManager, sequence: number): Promise<string> {
  // A number of this code, so nothing needs an escape.
  const files = await manager.query<Record<keyof DigestedFile, unknown>[]>(
    `SELECT path, digest FROM rolebook_release_file WHERE sequence = ${Math.trunc(sequence)}`,
  );
  return computeDigest(files.filter(isDigested));
}

// SQLite keeps anything in any column.
function isDigested(file: Record<keyof DigestedFile, unknown>): file is DigestedFile {
  return typeof file.path === 'string' && typeof file.digest === 'string' && digestedKinds.has(classifyPath(file.path));
}
