import { assert } from 'chai';
import { memberOf, type MemberColumns } from '../../../../src/store/database/members/stored-member.ts';

const row: MemberColumns = {
  place_kind: 'workspace',
  place: 'support',
  subject_type: 'user',
  subject_id: 'ana',
  sequence: 7,
  token: 't',
};
const held = '[{"role":"Agent"}]';

describe('a row of a membership', () => {
  it('is of a place that may have such an id', () => {
    for (const place of [
      'support',
      '42',
      '01234',
      '1.10',
      'Acme_Corp',
      'toString',
      '550e8400-e29b-41d4-a716-446655440000',
    ]) {
      for (const kind of ['workspace', 'organization']) {
        assert.deepEqual(memberOf({ ...row, place, place_kind: kind }, held).place, { kind, id: place });
      }
    }
  });

  it('of any other place is damaged', () => {
    for (const place of [
      '',
      '.',
      '..',
      '-1',
      '_a',
      'a b',
      'a/b',
      'a:b',
      'a,b',
      '*',
      'ä',
      'a\n',
      '__proto__',
      'x'.repeat(65),
      null,
    ]) {
      assert.throws(() => memberOf({ ...row, place }, held), /is of no place/, JSON.stringify(place));
    }
    // SQLite keeps a number where a text should be.
    assert.throws(() => memberOf({ ...row, place: 42 as unknown as string }, held), /is of no place/);
  });

  it('is of a subject of a lower-case type', () => {
    assert.equal(memberOf({ ...row, subject_type: 'service' }, held).subject.type, 'service');
    for (const type of ['User', '1', 'a.b', 'a_b', '', null]) {
      assert.throws(() => memberOf({ ...row, subject_type: type }, held), /is of no subject/, String(type));
    }
  });
});
