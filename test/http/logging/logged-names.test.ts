import { assert } from 'chai';
import { parseAttributeNames } from '../../../src/http/logging/logged-attributes.ts';
import { readRequestId } from '../../../src/http/logging/request-id.ts';
import { RolebookError } from '../../../src/policy/errors.ts';
import { limits } from '../../../src/policy/limits.ts';

describe('the names of attributes for the decision log', () => {
  it('are paths of what a request says', () => {
    assert.deepEqual(parseAttributeNames('resource.owner, context.a.b,subject.properties.team,resource.owner'), [
      'resource.owner',
      'context.a.b',
      'subject.properties.team',
    ]);
  });

  const wrong = [
    '',
    'owner',
    'resource',
    'resource.',
    'resource..a',
    '.owner',
    'resource.owner,',
    'subject.id',
    'subject.properties',
    'organization.properties.x',
    '$resource.owner',
    'properties',
    `resource${'.a'.repeat(limits.pathSegments)}`,
  ];
  for (const text of wrong) {
    it(`cannot be \`${text}\``, () => {
      assert.throws(() => parseAttributeNames(text), RolebookError, '`--decision-log-attributes` cannot name');
    });
  }
});

describe('the id of a request', () => {
  const ids: readonly (readonly [headers: Record<string, string>, id: string | undefined])[] = [
    [{}, undefined],
    [{ 'x-request-id': '9c1f3b7e-0d4a-4c53-9d5f-0a4f8d2f9a11' }, '9c1f3b7e-0d4a-4c53-9d5f-0a4f8d2f9a11'],
    [{ 'x-request-id': 'Root=1-67891233-abcdef' }, 'Root=1-67891233-abcdef'],
    [{ 'x-request-id': '' }, undefined],
    [{ 'x-request-id': 'a b' }, undefined],
    [{ 'x-request-id': 'a"b' }, undefined],
    [{ 'x-request-id': 'a\\b' }, undefined],
    [{ 'x-request-id': 'ä' }, undefined],
    [{ 'x-request-id': 'a, b' }, undefined],
    [{ 'x-request-id': 'x'.repeat(128) }, 'x'.repeat(128)],
    [{ 'x-request-id': 'x'.repeat(129) }, undefined],
    [{ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }, '0af7651916cd43dd8448eb211c80319c'],
    [{ traceparent: '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01' }, undefined],
    [{ traceparent: '0af7651916cd43dd8448eb211c80319c' }, undefined],
    [
      { 'x-request-id': 'a b', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      '0af7651916cd43dd8448eb211c80319c',
    ],
    [{ 'x-request-id': 'mine', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }, 'mine'],
  ];
  for (const [headers, id] of ids) {
    it(`is ${id === undefined ? 'none' : id.slice(0, 40)} of ${JSON.stringify(headers).slice(0, 120)}`, () => {
      assert.equal(readRequestId(headers), id);
    });
  }
});
