import { lstat, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isNamedSchema, namedSchemas } from '../../compile/schema/named-schemas.ts';
import { limits } from '../../policy/limits.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { createProblem, type Problem } from '../../policy/problem.ts';

/** The folder beside the policy that `init` writes schemas to. */
export const schemaFolder = 'schemas';

/** The schemas of a policy as they are written, by the names of their files. */
export function schemaTexts(policy: PolicySet): ReadonlyMap<string, string> {
  return new Map(
    [...namedSchemas(policy)].map(([name, schema]) => [name, `${JSON.stringify(schema, undefined, 2)}\n`]),
  );
}

/** The names of those files of a folder that are not what `rolebook schema` would write now; of those that it did not write, `all`. */
export async function findOldSchemas(
  folder: string,
  policy: PolicySet,
  which: 'all' | 'written ones',
): Promise<readonly string[]> {
  const old: string[] = [];
  for (const [name, schema] of namedSchemas(policy)) {
    const found = await readSchema(join(folder, name));
    if (which === 'written ones' && !isNamedSchema(found)) continue;
    if (!isDeepStrictEqual(found, schema)) old.push(name);
  }
  return old;
}

/** Warns of schemas beside the policy that have other names than it has. */
export async function findStaleSchemas(cwd: string, policyFolder: string, policy: PolicySet): Promise<Problem[]> {
  const old = await findOldSchemas(resolve(cwd, policyFolder, schemaFolder), policy, 'written ones');
  const [first] = old;
  if (first === undefined) return [];
  const others = old.length > 1 ? `, and ${old.length - 1} more` : '';
  const at = { file: `${schemaFolder}/${first}`, line: 1, column: 1 };
  const message = `the names that editors complete from \`${schemaFolder}/${first}\`${others} are not those of the policy`;
  return [createProblem('stale-schema', at, message, 'run `rolebook schema`')];
}

// What is no JSON, or no file, is nothing that was written here.
async function readSchema(path: string): Promise<unknown> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile() || stats.size > limits.fileBytes) return undefined;
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
