import { assert } from 'chai';
import fc from 'fast-check';
import { CORE_SCHEMA, load } from 'js-yaml';
import { parseYaml } from '../../../src/compile/yaml/yaml-document.ts';
import { limits } from '../../../src/policy/limits.ts';
import { generatedDocuments } from './generated-documents.ts';
import { faults, parseRight } from '../../support/yaml-texts.ts';

const valueOf = (text: string): unknown => parseRight(text).value;

describe('YAML, as plain data', () => {
  it('reads texts, numbers, lists and mappings in block and flow style alike', () => {
    const expected = { a: [1, 'two', true], b: { c: 'd' } };
    assert.deepEqual(valueOf('a:\n  - 1\n  - two\n  - true\nb:\n  c: d\n'), expected);
    assert.deepEqual(valueOf('{a: [1, "two", true], b: {c: \'d\'}}'), expected);
    assert.deepEqual(valueOf('# a comment\na: [1, two, true] # and another\nb: { c: d }'), expected);
  });

  it('words and dates that other YAML would change stay texts', () => {
    for (const word of [
      'yes',
      'no',
      'on',
      'off',
      'y',
      'NO',
      '2026-12-31',
      '2026-12-31T10:00:00Z',
      '12:30:45',
      '1_000',
      '0b11',
    ]) {
      assert.deepEqual(valueOf(`a: ${word}`), { a: word });
    }
  });

  it('numbers that would be taken for others are found in every place, and are texts in quotes', () => {
    const numbers = ['9007199254740993', '-9007199254740993', '9007199254740993.0', '1e400', '-.1e-400'];
    for (const number of [...numbers, '0x20000000000001', '1.00000000000000000001', '+18446744073709551615']) {
      const positions = [`a: ${number}`, `a: [${number}]`, `{a: {b: ${number}}}`, `a:\n  - b: ${number} # c\n`];
      for (const text of positions) {
        const line = text.slice(0, text.indexOf(number)).split('\n').length;
        assert.deepEqual(faults(text), [`${line} inexact-number ${number}`], text);
      }
      for (const quoted of [`"${number}"`, `'${number}'`]) assert.deepEqual(valueOf(`a: ${quoted}`), { a: number });
      assert.deepEqual(valueOf(`a: |-\n  ${number}\n`), { a: number });
      assert.deepEqual(valueOf(`a: account ${number}`), { a: `account ${number}` });
    }
    for (const number of ['9007199254740992', '0.1', '1e22', '19.990']) {
      assert.deepEqual(valueOf(`a: ${number}`), { a: Number(number) });
    }
    assert.deepEqual(valueOf('a: 123e4567-e89b-12d3-a456-426614174000'), { a: '123e4567-e89b-12d3-a456-426614174000' });
  });

  it('means what js-yaml takes it for', () => {
    const same = (text: string): void => assert.deepEqual(valueOf(text), load(text, { schema: CORE_SCHEMA }), text);
    fc.assert(fc.property(generatedDocuments(), ({ text }) => same(text)));
    const scalars = ['~', 'null', 'True', 'FALSE', '0', '-0', '+7', '007', '0x1F', '0o17', '1e3', '.5'];
    const texts = [
      '',
      'a b',
      '"\\u00e9\\n"',
      "'it''s'",
      '"7"',
      "'~'",
      '!x'.slice(1),
      '|\n  a\n  b\n',
      '>-\n  a\n  b\n',
    ];
    for (const scalar of [...scalars, ...texts]) for (const text of [`k: ${scalar}`, `- ${scalar}`]) same(text);
    for (const scalar of scalars) same(`{ k: [${scalar}, "${scalar}"] }`);
  });

  it('line endings of any system mean the same, and are counted alike', () => {
    for (const end of ['\n', '\r\n']) {
      const text = ['# comment', 'a: 1', 'b:', '  c: x', ''].join(end);
      const document = parseRight(text);
      assert.deepEqual(document.value, { a: 1, b: { c: 'x' } });
      assert.deepInclude(
        document.positions.locate(['b', 'c'], 'value'),
        { line: 4, column: 6, length: 1 },
        JSON.stringify(end),
      );
    }
  });

  it('a line that only YAML sees, behind a lone carriage return, is not read', () => {
    for (const text of ['# harmless\ra: 1\n', 'a: 1\rb: 2\r', 'a: "x\ry"', 'a: |\n  x\r\r\n', '\ra: 1']) {
      const { document, problems } = parseYaml('f.yaml', text);
      assert.isUndefined(document);
      assert.match(problems[0]?.message ?? '', /^a lone carriage return stands here$/, JSON.stringify(text));
    }
    const { problems } = parseYaml('f.yaml', 'a: 1\n# b\rc: 2\n');
    assert.deepInclude(problems[0], { code: 'hidden-character', line: 2, column: 4, length: 1 });
  });

  it('nor is a text that is shown otherwise than it stands, wherever that is in the file', () => {
    const hidden = ['\u000b', '\u000c', '\u0085', '\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069', '\ufeff'];
    for (const sign of hidden) {
      for (const text of [`a: 1 # ${sign}\n`, `a: "x${sign}y"\n`, `${sign}a: 1`, `a: >\n  x${sign}`, `a: [x]${sign}`]) {
        const { document, problems } = parseYaml('f.yaml', text);
        assert.isUndefined(document);
        assert.deepEqual(
          problems.map(({ code }) => code),
          ['hidden-character'],
          JSON.stringify(text),
        );
        assert.isDefined(problems[0]?.help);
      }
    }
  });

  it('while an escape of it can be seen, and so can letters of any script', () => {
    for (const [text, value] of [
      ['a: "\\u202e\\u2028\\r"', '\u202e\u2028\r'],
      ['a: משה و محمد', 'משה و محمد'],
      ['a: 👩\u200d💻', '👩\u200d💻'],
      ['a: x\ty', 'x\ty'],
    ] as const)
      assert.deepEqual(valueOf(text), { a: value });
  });

  it('of many such characters the first are told', () => {
    const { problems } = parseYaml('f.yaml', `# ${'\u202e'.repeat(100_000)}`);
    assert.lengthOf(problems, limits.hiddenCharacters);
  });

  it('names of JavaScript are names like any other, but for the one that is not', () => {
    const value = valueOf('constructor: a\ntoString: b\nhasOwnProperty: c\nprototype: d') as object;
    assert.deepEqual(Object.keys(value), ['constructor', 'toString', 'hasOwnProperty', 'prototype']);
    for (const key of [
      '__proto__',
      '"__proto__"',
      "'__proto__'",
      '"\\x5f_proto__"',
      '"\\u005F_proto__"',
      '? __proto__\n',
    ]) {
      assert.match(faults(`${key}: { admin: true }`)[0] ?? '', /bad-id/, key);
    }
    assert.isUndefined((Object.prototype as Record<string, unknown>)['admin']);
    assert.deepEqual(faults('a:\n  - { b: { __proto__: 1 } }'), ['2 bad-id __proto__']);
  });
});

describe('YAML that means something else than a reviewer reads', () => {
  it('one key twice, in whatever quotes', () => {
    for (const [first, second] of [
      ['a', 'a'],
      ['"a"', 'a'],
      ["'a'", '"a"'],
      ['a', '"\\x61"'],
      ['? a\n', 'a'],
      ['1', '"1"'],
      ['true', '"true"'],
    ] as const) {
      const found = faults(`${first}: 1\nb: 2\n${second}: 3\n`);
      assert.lengthOf(found, 1, `${first} ${second}`);
      assert.include(found[0], 'duplicate-key', `${first} ${second}`);
      assert.include(found[0], second, `${first} ${second}`);
    }
    assert.deepEqual(faults('{a: 1, b: {c: 2, c: 3}}'), ['1 duplicate-key c']);
    assert.deepEqual(faults('a: 1\nA: 2\n" a": 3'), []);
  });

  it('every second key is told, not only the first', () => {
    assert.deepEqual(faults('a: 1\na: 2\nb: 1\nb: 2\na: 3'), [
      '2 duplicate-key a',
      '4 duplicate-key b',
      '5 duplicate-key a',
    ]);
  });

  it('a name that YAML would change: numbers that are not written as they are kept, and nothing', () => {
    for (const key of [
      '007',
      '0x10',
      '0o17',
      '1e3',
      '1.0',
      '+1',
      '-0',
      '12345678901234567890',
      '1234567890123456789',
      '.inf',
      '~',
      'Null',
      'TRUE',
      'False',
    ]) {
      assert.deepEqual(faults(`members:\n  ${key}: member`), [`2 yaml-syntax ${key}`]);
      assert.deepEqual(valueOf(`members:\n  "${key}": member`), { members: { [key]: 'member' } });
    }
    assert.lengthOf(faults(': a'), 1);
    assert.lengthOf(faults('{ : a }'), 1);
    for (const key of ['7', '123456', '-1', '1.5', 'true', 'null', '1_000', '2026-12-31', '0b1', 'Nil']) {
      assert.deepEqual(valueOf(`members:\n  ${key}: member`), { members: { [key]: 'member' } });
    }
  });

  it('an alias, wherever it stands', () => {
    assert.deepEqual(faults('a: &x 1\nb: *x'), ['2 yaml-alias *x']);
    assert.deepEqual(faults('a: &x k\n*x : 1'), ['2 yaml-alias *x']);
    assert.deepEqual(faults('- &x [1]\n- [*x, *x]'), ['2 yaml-alias *x', '2 yaml-alias *x']);
    assert.deepEqual(faults('a: *nowhere'), ['1 yaml-alias *nowhere']);
  });

  it('a wildcard without quotes is an alias to YAML', () => {
    for (const text of ['grants: [*]', 'grants:\n  - *\n', 'grants: *', 'grants: [*@personal]', 'grants: [a, *:b]']) {
      assert.match(faults(text)[0] ?? '', /yaml-alias/, text);
    }
    assert.deepEqual(valueOf('grants: ["*", \'*@personal\', "tag:*", tag:*]'), {
      grants: ['*', '*@personal', 'tag:*', 'tag:*'],
    });
  });

  it('a billion laughs end before anything is built', () => {
    const lines = Array.from(
      { length: 9 },
      (_, index) => `l${index + 1}: &l${index + 1} [${Array(9).fill(`*l${index}`).join(', ')}]`,
    );
    const found = faults(`l0: &l0 [lol]\n${lines.join('\n')}\n`);
    assert.lengthOf(found, 81);
    assert.isTrue(found.every((fault) => fault.includes('yaml-alias')));
  });

  it('a tag, known or not', () => {
    for (const tag of ['!!str', '!!binary', '!!set', '!!js/function', '!local', '!<tag:yaml.org,2002:str>', '!']) {
      assert.deepEqual(faults(`a: ${tag} b`), [`1 yaml-tag ${tag}`], tag);
    }
    assert.deepEqual(faults('!!map\na: 1')[0], '1 yaml-tag !!map');
    assert.deepEqual(faults('a: !!seq [1]'), ['1 yaml-tag !!seq']);
    assert.deepEqual(faults('!!str a: 1'), ['1 yaml-tag !!str']);
  });

  it('a merge key, which would be plain data in one reader and a merge in another', () => {
    assert.deepEqual(faults('a:\n  <<: { b: 1 }'), ['2 yaml-merge-key <<']);
    assert.include(faults('x: &x { b: 1 }\na: { <<: *x }').join(), 'yaml-merge-key <<');
    assert.deepEqual(valueOf('"<<": a'), { '<<': 'a' });
  });

  it('a second document, told where it begins', () => {
    assert.deepEqual(faults('a: 1\n---\nb: 2'), ['2 yaml-syntax ---']);
    assert.deepEqual(faults('# comment\n---\na: 1\n---\nb: 2\n---\nc: 3'), ['4 yaml-syntax ---']);
    assert.deepEqual(faults('a: 1\n...\nb: 2'), ['2 yaml-syntax ...']);
    assert.deepEqual(faults('--- a\n--- b'), ['2 yaml-syntax ---']);
    assert.deepEqual(faults('a: |\n  ---\n  text\n----: 1\n---\nb: 2'), ['5 yaml-syntax ---']);
    assert.deepEqual(valueOf('---\na: 1\n'), { a: 1 });
    assert.deepEqual(valueOf('%YAML 1.2\n---\na: 1\n...\n'), { a: 1 });
  });

  it('a key that is a list or a mapping', () => {
    for (const text of ['? [a]\n: b', '? {a: b}\n: c', '{[a]: b}', '{a: 1, {b: 2}: 3}', '[a]: b', '? - a\n: b']) {
      assert.match(faults(text)[0] ?? '', /yaml-syntax [[{-]/, text);
    }
  });

  it('nothing at all', () => {
    for (const text of ['', ' ', '\n\n', '# only a comment\n', '---\n', '---\n...\n', '~', 'null', '# a\n---\n# b\n']) {
      assert.lengthOf(faults(text), 1, JSON.stringify(text));
      assert.include(faults(text)[0], 'yaml-syntax', JSON.stringify(text));
    }
    assert.deepEqual(valueOf('{}'), {});
    assert.deepEqual(valueOf('[]'), []);
    assert.equal(valueOf('""'), '');
    assert.equal(valueOf('0'), 0);
  });
});
