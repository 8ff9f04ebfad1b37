import { createRequire } from 'node:module';
import { limits } from '../../policy/limits.ts';
import { createSchemaCheck, type SchemaCheck, type SchemaViolation } from './json-schema.ts';
import type { Extent } from './schema-validator.ts';
import type { YamlDocument } from '../yaml/yaml-document.ts';
import type { WrittenEntries, YamlPositions } from '../yaml/yaml-positions.ts';

export type SchemaName = 'roles' | 'organization' | 'workspace' | 'test';

const require = createRequire(import.meta.url);
const checks = new Map<SchemaName, SchemaCheck>();

/** The published schema of a file kind, the very one that editors complete from. */
export function loadSchema(name: SchemaName): object {
  return require(`../../../schemas/${name}.schema.json`) as object;
}

/** The violations of a schema, as much as is told of one file, and how much more there is. */
export interface SchemaFindings {
  readonly violations: readonly SchemaViolation[];
  readonly untold: number;
}

export function checkSchema(name: SchemaName, value: unknown, extent: Extent = 'all'): SchemaFindings {
  let check = checks.get(name);
  if (!check) {
    check = createSchemaCheck(loadSchema(name));
    checks.set(name, check);
  }
  let untold = 0;
  const violations = check(value, extent, { most: limits.fileProblems, onUntold: (count) => (untold = count) });
  return { violations, untold };
}

/**
 * The same in short steps where only the first violation is asked for, as of a long file: a mapping at the top that has
 * many entries is held against the schema some at a time. INVARIANT: no schema says how many entries such a mapping may
 * have at the most, nor ties one to another.
 */
export function* checkSchemaInSteps(
  name: SchemaName,
  { value, positions }: YamlDocument,
  extent: Extent,
  entriesAtOnce = 1000,
): Generator<undefined, SchemaFindings> {
  const long = extent === 'all' ? [] : longMappings(value, positions, entriesAtOnce);
  const parts = new Map(long.map((entries) => [entries.topKey, cut(entries, entriesAtOnce)]));
  // Together the parts hold each entry once, beside all that is short.
  const short = {
    ...(value as object),
    ...Object.fromEntries([...parts].map(([key, some]) => [key, some.next().value])),
  };
  const findings = checkSchema(name, parts.size > 0 ? short : value, extent);
  if (findings.violations.length > 0) return findings;
  for (const [key, rest] of parts) {
    for (const part of rest) {
      yield;
      const inPart = checkSchema(name, { ...short, [key]: part }, extent);
      if (inPart.violations.length > 0) return inPart;
    }
  }
  return findings;
}

interface LongMapping extends WrittenEntries {
  readonly topKey: string;
}

function longMappings(value: unknown, positions: YamlPositions, entriesAtOnce: number): LongMapping[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value).flatMap((topKey) => {
    const entries = positions.entriesOf(topKey);
    return entries && entries.keys.length > entriesAtOnce ? [{ ...entries, topKey }] : [];
  });
}

function* cut(entries: LongMapping, entriesAtOnce: number): Generator<Record<string, unknown>> {
  let part: Record<string, unknown> = {};
  for (const [index, key] of entries.keys.entries()) {
    // Assigned, not made `fromEntries`: V8 would give the object a new shape with each key.
    part[key] = entries.valueOf(index);
    if ((index + 1) % entriesAtOnce !== 0) continue;
    yield part;
    part = {};
  }
  if (entries.keys.length % entriesAtOnce !== 0) yield part;
}
