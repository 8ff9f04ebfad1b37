import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Options, ValidateFunction } from 'ajv';
import type * as Ajv from 'ajv/dist/2020.js';

/** The extent of a validation: a validator tells every violation, or stops at the first. */
export type Extent = 'all' | 'first';

const require = createRequire(import.meta.url);

/**
 * How schemas are compiled. `strictRequired` would refuse `required` beside a union of types, which is how the short
 * forms are written. Checking the schema itself means compiling the meta-schema; a test does it once for all.
 */
export function validatorOptions(extent: Extent): Options {
  return {
    allErrors: extent === 'all',
    verbose: true,
    allowUnionTypes: true,
    strictRequired: false,
    validateSchema: false,
  };
}

/** The build writes validators under this name in `dist/validators`, so one can never be used for another schema. */
export function validatorName(schema: object, extent: Extent): string {
  const hash = createHash('sha256').update(JSON.stringify([schema, validatorOptions(extent)]));
  return `${hash.digest('hex').slice(0, 32)}.cjs`;
}

/**
 * The validator that the build wrote for this schema, or one compiled here and now: the same code, but loading ajv and
 * compiling takes as long as all the rest of a small `lint`.
 */
export function loadValidator(schema: object, extent: Extent): ValidateFunction {
  return loadBuilt(validatorName(schema, extent)) ?? compileValidator(schema, extent);
}

export function compileValidator(schema: object, extent: Extent): ValidateFunction {
  const { Ajv2020 } = require('ajv/dist/2020.js') as typeof Ajv;
  return new Ajv2020(validatorOptions(extent)).compile(schema);
}

function loadBuilt(name: string): ValidateFunction | undefined {
  try {
    return require(`../../../dist/validators/${name}`) as ValidateFunction;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
