import { createRequire } from 'node:module';
import { createSchemaCheck, type SchemaCheck, type SchemaViolation } from './json-schema.ts';
import type { Extent } from './schema-validator.ts';

export type SchemaName = 'roles' | 'organization' | 'workspace' | 'test';

const require = createRequire(import.meta.url);
const checks = new Map<SchemaName, SchemaCheck>();

/** The published schema of a file kind, the very one that editors complete from. */
export function loadSchema(name: SchemaName): object {
  return require(`../../schemas/${name}.schema.json`) as object;
}

export function checkSchema(name: SchemaName, value: unknown, extent: Extent = 'all'): readonly SchemaViolation[] {
  let check = checks.get(name);
  if (!check) {
    check = createSchemaCheck(loadSchema(name));
    checks.set(name, check);
  }
  return check(value, extent);
}
