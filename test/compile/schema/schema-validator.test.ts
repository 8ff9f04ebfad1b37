import { readdirSync, readFileSync } from 'node:fs';
import { assert } from 'chai';
import fc from 'fast-check';
import {
  compileValidator,
  loadValidator,
  validatorName,
  type Extent,
} from '../../../src/compile/schema/schema-validator.ts';
import { requestSchemasOf } from '../../../src/http/endpoint/endpoint.ts';
import { endpoints } from '../../../src/http/sidecar-listener.ts';
import { parseRight } from '../../support/yaml-texts.ts';
import { lawRuns } from '../../support/law-runs.ts';

const root = new URL('../../../', import.meta.url);
const schemas: readonly object[] = [
  ...readdirSync(new URL('schemas/', root)).map(
    (name) => JSON.parse(readFileSync(new URL(`schemas/${name}`, root), 'utf8')) as object,
  ),
  ...requestSchemasOf(endpoints),
];
const policies = readdirSync(new URL('policies/', root), { recursive: true, encoding: 'utf8' });
const right: readonly unknown[] = ['roles.yaml', ...policies.map((path) => `policies/${path}`)]
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => parseRight(readFileSync(new URL(path, root), 'utf8')).value);

/** Values made of the words that schemas know, so that some of them get far. */
function values(): fc.Arbitrary<unknown> {
  const words = [
    ...new Set(JSON.stringify(schemas).match(/[A-Za-z]+/g)),
    ...['a:b', 'a:*', '*@x', 'x y', '2026-12-31', '7', ''],
  ];
  const word = fc.constantFrom(...words);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      word,
      fc.constantFrom(null, true, 0, 1.5, -1),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(word, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  return fc.oneof({ arbitrary: tree, weight: 3 }, { arbitrary: fc.constantFrom(...right), weight: 1 });
}

describe('validators that the build wrote', () => {
  for (const extent of ['all', 'first'] as const satisfies readonly Extent[]) {
    it(`say of every value what ajv says of it: ${extent}`, () => {
      const pairs = schemas.map((schema) => [loadValidator(schema, extent), compileValidator(schema, extent)] as const);
      const schema = fc.constantFrom(...pairs);
      fc.assert(
        fc.property(schema, values(), ([built, compiled], value) => {
          assert.equal(built(value), compiled(value));
          assert.deepEqual(built.errors, compiled.errors);
        }),
        { numRuns: lawRuns(500) },
      );
    });
  }

  it('are of that very schema and no other', () => {
    const names = schemas.flatMap((schema) => [validatorName(schema, 'all'), validatorName(schema, 'first')]);
    assert.lengthOf(new Set(names), schemas.length * 2);
    const edited = { ...schemas[0], maxProperties: 1 };
    assert.notInclude(names, validatorName(edited, 'all'));
    assert.isFalse(loadValidator(edited, 'all')({ one: 1, two: 2 }));
  });
});
