import { createRequire } from 'node:module';
import { limits } from '../../policy/limits.ts';
import { createSchemaCheck, type SchemaCheck, type SchemaViolation } from './json-schema.ts';
import type { Extent } from './schema-validator.ts';

export type SchemaName = 'roles' | 'organization' | 'workspace' | 'test';

const require = createRequire(import.meta.url);
const checks = new Map<SchemaName, SchemaCheck>();

/** The published schema of a file kind, the very one that editors complete from. */
export function loadSchema(name: SchemaName): object {
  return require(`../../../schemas/${name}.schema.json`) as object;
}

/** What is wrong with a value, as much as is told of one file, and how much more there is. */
export function checkSchema(
  name: SchemaName,
  value: unknown,
  extent: Extent = 'all',
): { violations: readonly SchemaViolation[]; untold: number } {
  let check = checks.get(name);
  if (!check) {
    check = createSchemaCheck(loadSchema(name));
    checks.set(name, check);
  }
  let untold = 0;
  const violations = check(value, extent, { most: limits.fileProblems, onUntold: (count) => (untold = count) });
  return { violations, untold };
}
