import { assert } from 'chai';
import { createSchemaCheck, type SchemaCheck } from '../../../src/compile/schema/json-schema.ts';
import { openApiDocument } from '../../../src/http/sidecar-listener.ts';
import type { Reply } from '../../support/running-sidecar.ts';

// The document is one for all sidecars, so each of its schemas is compiled once.
const checks = new WeakMap<object, SchemaCheck>();

// References of an OpenAPI document start at its top; those of a schema start at the schema. The formats are left out:
// ajv knows none without another package.
export function createCheck(schema: object): (value: unknown) => readonly unknown[] {
  const known = checks.get(schema);
  if (known) return known;
  const whole = { ...schema, $defs: openApiDocument.components.schemas };
  const text = JSON.stringify(whole, (key, value: unknown) => (key === 'format' ? undefined : value));
  const check = createSchemaCheck(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as object);
  checks.set(schema, check);
  return check;
}

/** Whether an answer leads somewhere, as it is described: with an address, and nothing else. */
export function isDescribedRedirect(responses: object, { status, headers, text }: Reply): boolean {
  if (status !== 303) return false;
  assert.property(responses, '303');
  assert.notStrictEqual(headers.location, undefined);
  assert.strictEqual(text, '');
  return true;
}
