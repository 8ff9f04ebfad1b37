import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { assert } from 'chai';
import { createSchemaCheck, type SchemaViolation } from '../../../src/compile/schema/json-schema.ts';
import { parsePolicyFile } from '../../../src/compile/file/parsed-file.ts';
import { classifyPath } from '../../../src/compile/file/policy-files.ts';
import { checkSchema, loadSchema, type SchemaName } from '../../../src/compile/schema/policy-schemas.ts';
import { policiesOfOurs } from '../../support/policies-of-ours.ts';

function only(schema: object, value: unknown): SchemaViolation {
  const found = createSchemaCheck(schema)(value);
  assert.lengthOf(found, 1, JSON.stringify(found));
  return found[0]!;
}

describe('what a schema finds', () => {
  it('nothing in a value that fits', () => {
    assert.deepEqual(createSchemaCheck({ type: 'object', properties: { a: { type: 'string' } } })({ a: 'x' }), []);
  });

  it('each keyword says in words what is right and what was found', () => {
    const cases: [schema: object, value: unknown, words: RegExp[]][] = [
      [{ type: 'string' }, 7, [/text/, /`7`/]],
      [{ type: 'string' }, null, [/text/, /nothing/]],
      [{ type: ['string', 'array', 'object'] }, true, [/text/, /list/, /mapping/, /`true`/]],
      [{ type: 'integer' }, 1.5, [/whole number/, /`1\.5`/]],
      [{ type: ['number', 'boolean', 'null'] }, 'x', [/number/, /true or false/, /nothing/, /`x`/]],
      [{ type: 'object' }, [], [/mapping/, /list/]],
      [{ enum: ['allow', 'prevent'] }, 'alow', [/`allow`/, /`prevent`/, /`alow`/]],
      [{ enum: ['allow'] }, 3, [/`allow`/, /`3`/]],
      [{ type: 'string', minLength: 1 }, '', [/empty/]],
      [{ type: 'string', maxLength: 3 }, 'abcd', [/\b3\b/, /`abcd`|\b4\b/]],
      [{ type: 'array', minItems: 2 }, ['a'], [/\b2\b/, /\b1\b/]],
      [{ type: 'array', maxItems: 1 }, ['a', 'b'], [/\b1\b/, /\b2\b/]],
      [{ type: 'object', minProperties: 1 }, {}, [/\b1\b|empty/]],
      [{ type: 'integer', minimum: 1 }, 0, [/at least 1/, /`0`/]],
      [{ type: 'integer', maximum: 9 }, 10, [/at most 9/, /`10`/]],
      [{ type: 'string', pattern: '^x$' }, 'y', [/`y`/]],
      [{ type: 'number', multipleOf: 2 }, 3, [/`3`/, /multiple/]],
    ];
    for (const [schema, value, words] of cases) {
      const violation = only(schema, value);
      for (const word of words) assert.match(violation.message, word);
      assert.deepInclude(violation, { pointer: '', path: [], on: 'value' });
      assert.property(schema, violation.keyword);
    }
  });

  it('a repeated item is found on the second of the two', () => {
    const violation = only({ type: 'array', uniqueItems: true }, ['a', 'b', 'a']);
    assert.deepInclude(violation, { on: 'value', keyword: 'uniqueItems' });
    assert.include(['', '/2'], violation.pointer);
    assert.match(violation.message, /twice|repeat/);
  });

  it('a nearby word is offered for a wrong one', () => {
    assert.match(only({ enum: ['allow', 'prevent'] }, 'alow').help ?? '', /`allow`/);
    assert.match(
      only({ type: 'object', properties: { grants: true }, additionalProperties: false }, { grant: 1 }).help ?? '',
      /`grants`/,
    );
    assert.isUndefined(only({ enum: ['allow'] }, 3).help);
  });

  it('an unknown key is found on the key', () => {
    const violation = only({ type: 'object', additionalProperties: false }, { colour: 1 });
    assert.deepInclude(violation, { pointer: '/colour', on: 'key', keyword: 'additionalProperties' });
    assert.include(violation.message, '`colour`');
  });

  it('a missing key is found on the thing it is missing from', () => {
    const schema = { type: 'object', properties: { a: { type: 'object', properties: { b: true }, required: ['b'] } } };
    const violation = only(schema, { a: {} });
    assert.deepInclude(violation, { pointer: '/a', on: 'key', keyword: 'required' });
    assert.include(violation.message, '`b`');
  });

  it('a name that cannot be one is found on the key, once', () => {
    const schema = { type: 'object', propertyNames: { type: 'string', pattern: '^[a-z]+$' } };
    assert.deepInclude(only(schema, { 'no good': 1 }), { pointer: '/no good', on: 'key', keyword: 'pattern' });
    const long = { type: 'object', propertyNames: { type: 'string', maxLength: 2 } };
    const violation = only(long, { abc: 1 });
    assert.deepInclude(violation, { pointer: '/abc', on: 'key', keyword: 'maxLength' });
    assert.match(violation.message, /\b2\b/);
  });

  it('pointers spell `~` and `/` out, paths do not', () => {
    const schema = {
      type: 'object',
      additionalProperties: { type: 'object', additionalProperties: { type: 'string' } },
    };
    const violation = only(schema, { 'a/b~c': { '~1': 7 } });
    assert.equal(violation.pointer, '/a~1b~0c/~01');
    assert.deepEqual(violation.path, ['a/b~c', '~1']);
    const keys = only({ type: 'object', additionalProperties: false }, { '~/': 1 });
    assert.equal(keys.pointer, '/~0~1');
    assert.deepEqual(keys.path, ['~/']);
  });

  it('everything at once, not the first alone', () => {
    const schema = {
      type: 'object',
      required: ['title'],
      additionalProperties: false,
      properties: { title: true, b: { type: 'string' } },
    };
    const found = createSchemaCheck(schema)({ b: 1, colour: 2 });
    assert.sameMembers(
      found.map(({ keyword }) => keyword),
      ['required', 'additionalProperties', 'type'],
    );
  });

  it('a misspelt key is one mistake, not one unknown key and one missing', () => {
    const schema = { type: 'object', required: ['title'], additionalProperties: false, properties: { title: true } };
    assert.deepInclude(only(schema, { titel: 1 }), { pointer: '/titel', keyword: 'additionalProperties' });
    const list = { type: 'array', items: schema };
    const found = createSchemaCheck(list)([{ titel: 1 }, { colour: 1 }]);
    assert.sameMembers(
      found.map(({ pointer, keyword }) => `${pointer} ${keyword}`),
      ['/0/titel additionalProperties', '/1 required', '/1/colour additionalProperties'],
    );
  });

  it('a rule by name is told by its name, in words of its own', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/grant' }, b: { $ref: '#/$defs/other' } },
      $defs: { grant: { type: 'string', pattern: '^g$' }, other: { type: 'string', pattern: '^o$' } },
    };
    const [grant, other] = createSchemaCheck(schema)({ a: 'x', b: 'x' });
    assert.equal(grant?.definition, 'grant');
    assert.match(grant?.message ?? '', /grant/);
    assert.include(grant?.help ?? '', 'resource:*');
    assert.equal(other?.definition, 'other');
    assert.isUndefined(other?.help);
  });

  it('control characters of a value never reach the message', () => {
    assert.notMatch(only({ type: 'string', pattern: '^x$' }, 'a\u001b[31m\u202eb').message, /[\u001b\u202e]/);
  });
});

const root = new URL('../../../', import.meta.url);
const schemaNames: readonly SchemaName[] = ['roles', 'organization', 'workspace', 'test'];
/** Of what is no policy file; their own tests hold them against what reads and writes it. */
const otherSchemas = ['decision-counts', 'decision-line', 'replay', 'review'];

describe('the published schemas', () => {
  it('are valid JSON Schema of 2020-12, each with an address of its own', () => {
    const ajv = new Ajv2020({ strict: false });
    const all = [...schemaNames.map(loadSchema), ...otherSchemas.map(readSchema)];
    const ids = all.map((one) => {
      const schema = one as { $schema: string; $id: string };
      assert.isTrue(ajv.validateSchema(schema), JSON.stringify(ajv.errors));
      assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
      return schema.$id;
    });
    assert.lengthOf(new Set(ids), all.length);
    assert.lengthOf(readdirSync(new URL('schemas/', root)), all.length);
  });

  it('refuse what is not a mapping', () => {
    for (const name of schemaNames) {
      for (const value of [null, [], 'text', 7, true]) assert.lengthOf(checkSchema(name, value).violations, 1, name);
      assert.isAbove(checkSchema(name, {}).violations.length, 0, name);
    }
  });

  for (const path of policiesOfOurs) {
    const folder = path === '.' ? '' : `${path}/`;
    it(`hold for every file of ${folder === '' ? 'our own policy' : folder}`, () => {
      const paths = ['roles.yaml', ...yamlFilesBelow(`${folder}policies`).map((path) => path.slice(folder.length))];
      const kinds = new Set<string>();
      for (const path of paths) {
        const kind = classifyPath(path);
        if (kind !== 'roles' && kind !== 'organization' && kind !== 'workspace' && kind !== 'test') continue;
        kinds.add(kind);
        const content = readFileSync(new URL(`${folder}${path}`, root));
        assert.deepEqual(parsePolicyFile({ path, content }, kind).problems, []);
        const others = schemaNames.filter((name) => name !== kind);
        for (const other of others)
          assert.isAbove(parsePolicyFile({ path, content }, other).problems.length, 0, `${path} as ${other}`);
      }
      assert.deepEqual([...kinds].sort(), ['organization', 'roles', 'test', 'workspace']);
    });
  }
});

function yamlFilesBelow(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, root), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? yamlFilesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );
}

function readSchema(name: string): object {
  return JSON.parse(readFileSync(new URL(`schemas/${name}.schema.json`, root), 'utf8')) as object;
}
