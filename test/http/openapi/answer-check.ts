import { createSchemaCheck } from '../../../src/compile/schema/json-schema.ts';
import { openApiDocument } from '../../../src/http/sidecar-listener.ts';

// References of an OpenAPI document start at its top; those of a schema start at the schema. The formats are left out:
// ajv knows none without another package.
export function createCheck(schema: object): (value: unknown) => readonly unknown[] {
  const whole = { ...schema, $defs: openApiDocument.components.schemas };
  const text = JSON.stringify(whole, (key, value: unknown) => (key === 'format' ? undefined : value));
  return createSchemaCheck(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as object);
}
