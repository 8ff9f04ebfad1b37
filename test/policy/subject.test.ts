import { assert } from 'chai';
import fc from 'fast-check';
import { limits } from '../../src/policy/limits.ts';
import { formatSubject, parseSubject, subjectIdFault } from '../../src/policy/subject.ts';

describe('subjects', () => {
  it('an id is an e-mail address, a number, a URI, a name in any script', () => {
    const right = [
      'ana',
      'ana@acme.example',
      '1',
      '007',
      '12345678901234567890',
      'auth0|5f7c8ec7c33c6c004bbafe82',
      'https://idp.example/u?id=1&x=2#y',
      'spiffe://acme/ns/prod',
      'Ana López',
      '安娜',
      "o'brien",
      'a,b',
      '#1',
      'a\\b',
      '*',
      '-',
      '__proto__',
      'p, role:x',
      'a:b',
      'a  b',
      '😀',
      'x'.repeat(limits.subjectIdCharacters),
    ];
    for (const id of right) assert.isUndefined(subjectIdFault(id), id);
  });

  it('an id without a form that Casbin and people read alike is refused', () => {
    const wrong = [
      '',
      ' ',
      ' ana',
      'ana ',
      '\tana',
      'ana\n',
      'a\nb',
      'a\rb',
      'a\u0000b',
      'a\u001bb',
      'a\u007fb',
      'a\u0085b',
      'a\u009fb',
      '"ana"',
      'a"b',
      'a(b',
      'a)b',
      'a(b)',
      'a\u2028b',
      'a\u2029b',
      '\ud800',
      'a\udc00b',
      '\ufeffana',
      'ana\u00a0',
      '\u3000ana',
      'x'.repeat(limits.subjectIdCharacters + 1),
    ];
    for (const id of wrong) assert.isString(subjectIdFault(id), JSON.stringify(id));
  });

  it('an id that is not read as it is, is refused', () => {
    const unreadable = {
      'cannot be seen': ['ana\u200b', 'a\u200cna', 'a\u200dna', 'a\u2060na', 'a\u00adna', 'a\ufe0fna', 'a\u034fna'],
      'cannot be seen ': ['a\u3164na', 'a\u115fna', 'a\u180ena', '\u{e0061}na', 'a\ufeffna', 'a\u2063na'],
      'the reading direction': ['\u202eana', 'a\u202dna', 'a\u2066na\u2069', 'a\u200fna', 'a\u061cna'],
      'a blank other': ['a\u00a0na', 'a\u2003na', 'a\u3000na', 'a\u202fna'],
      'gives no meaning': ['a\ue000na', 'a\u{10fffd}na', 'a\u0378na', 'a\uffffna'],
      'normal form': ['zoe\u0308', '\uff41na', '\ufb01n', 'a\u00b2', '\u212bngstrom', '\u{1d41a}na', '\u2163'],
      'mixes Latin and Cyrillic letters in `\u0430na`': ['\u0430na@acme.example', 'bo.\u0430na', '1\u0430na2'],
      'mixes Latin and Greek': ['\u03b1na', 'b\u03bf'],
      'mixes Cyrillic and Greek': ['\u0438\u03bf'],
      'mixes Latin and Armenian': ['b\u0585'],
      'mixes Latin and Cherokee': ['ana\u13aa'],
      'mixes letters of several scripts': ['ana\u0d20', '\u5b89\u0e01', '\u30a2\u3105\uac00', 'ana\u0969'],
      'mixes Latin and Arabic': ['ana\u0627'],
      'digits of two scripts': ['1.\u0661', '\u09ea@8'],
    };
    for (const [why, ids] of Object.entries(unreadable))
      for (const id of ids) assert.include(subjectIdFault(id) ?? 'nothing', why.trim(), JSON.stringify(id));
  });

  it('an id in any one script, or in those that a language mixes, is right', () => {
    const right = [
      'иван@example.com',
      'Ἀλέξανδρος',
      'Zoë',
      'café.été',
      'Łódź',
      'nguyễn',
      '田中さん',
      'T田中タロウ',
      'ラーメン',
      '김철수',
      'LG전자',
      'ㄅ安',
      'محمد',
      'محمد٣',
      'דוד',
      'राम@example.com',
      'สมชาย',
      'ირაკლი',
      'Արամ',
      'ᏣᎳᎩ',
      'ivan.иван',
      '日本 ab',
      'q\u0303',
    ];
    for (const id of right) assert.isUndefined(subjectIdFault(id), id);
  });

  it('says what is wrong with it', () => {
    assert.match(subjectIdFault('') ?? '', /empty/);
    assert.match(subjectIdFault('a(b') ?? '', /`\(`/);
    assert.match(subjectIdFault(' a') ?? '', /blank/);
    assert.match(subjectIdFault('a\u0007') ?? '', /control/);
    assert.match(subjectIdFault('a\ud800') ?? '', /surrogate/);
    assert.match(subjectIdFault('a\u2028b') ?? '', /line/);
    assert.match(subjectIdFault('x'.repeat(300)) ?? '', /256/);
  });

  it('a bare id is of the first type, `type:id` of the type it names', () => {
    assert.deepEqual(parseSubject('ana', 'user'), { type: 'user', id: 'ana' });
    assert.deepEqual(parseSubject('service:billing', 'user'), { type: 'service', id: 'billing' });
    assert.deepEqual(parseSubject('user:urn:x:1', 'user'), { type: 'user', id: 'urn:x:1' });
    assert.deepEqual(parseSubject('service:', 'user'), { type: 'service', id: '' });
    assert.deepEqual(parseSubject(':x', 'user'), { type: '', id: 'x' });
  });

  it('an id with a colon of its own never passes for one of the first type', () => {
    assert.notDeepEqual(parseSubject('service:billing', 'user'), { type: 'user', id: 'service:billing' });
    assert.equal(formatSubject({ type: 'user', id: 'service:billing' }, 'user'), 'user:service:billing');
  });

  it('every subject reads back as it is written', () => {
    const subjects = fc.record({
      type: fc.constantFrom('user', 'service', 'api-key'),
      id: fc.string({ minLength: 1 }),
    });
    fc.assert(
      fc.property(subjects, (subject) => {
        assert.deepEqual(parseSubject(formatSubject(subject, 'user'), 'user'), subject);
      }),
    );
  });

  it('two subjects are never written alike', () => {
    const subject = fc.record({
      type: fc.constantFrom('user', 'service'),
      id: fc.constantFrom('a', 'user:a', 'service:a', 'a:b', ':'),
    });
    fc.assert(
      fc.property(subject, subject, (left, right) => {
        const isSame = left.type === right.type && left.id === right.id;
        assert.equal(formatSubject(left, 'user') === formatSubject(right, 'user'), isSame);
      }),
    );
  });
});
