/*
 * Writes dist/validators: the published schemas and those of the HTTP API as ready JavaScript, so that no command waits
 * for ajv to compile them. A part of `npm run build`.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { validatorName, validatorOptions } from '../dist/compile/schema/schema-validator.js';
import { requestSchemasOf } from '../dist/http/endpoint/endpoint.js';
import { endpoints } from '../dist/http/sidecar-listener.js';

const standaloneCode = createRequire(import.meta.url)('ajv/dist/standalone').default;
const folder = new URL('../dist/validators/', import.meta.url);

const published = new URL('../schemas/', import.meta.url);
const schemas = [
  ...readdirSync(published).map((name) => JSON.parse(readFileSync(new URL(name, published), 'utf8'))),
  ...requestSchemasOf(endpoints),
];

mkdirSync(folder, { recursive: true });
const written = new Set();
for (const schema of schemas) {
  for (const extent of ['all', 'first']) {
    const ajv = new Ajv2020({ ...validatorOptions(extent), code: { source: true } });
    const name = validatorName(schema, extent);
    const file = new URL(name, folder);
    // Whole or not at all: somebody may be loading it.
    const half = new URL(`${name}.${process.pid}`, folder);
    writeFileSync(half, standaloneCode(ajv, ajv.compile(schema)));
    renameSync(half, file);
    written.add(name);
  }
}
for (const name of readdirSync(folder)) if (name.endsWith('.cjs') && !written.has(name)) rmSync(new URL(name, folder));
