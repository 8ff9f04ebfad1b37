import { createRequire } from 'node:module';
import type * as jsYaml from 'js-yaml';

/**
 * js-yaml in its build for `require`. It is the same code in older syntax, and finds the events of a file in a quarter
 * of the time that the build for `import` takes (5.5.0, Node.js 20; `bench/README.md` has the figures).
 */
export const { COLLECTION_STYLE, CORE_SCHEMA, EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } =
  createRequire(import.meta.url)('js-yaml') as typeof jsYaml;
