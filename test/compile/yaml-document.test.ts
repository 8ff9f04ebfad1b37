import { assert } from 'chai';
import fc from 'fast-check';
import { parseYaml, type YamlDocument, type YamlPath } from '../../src/compile/yaml-document.ts';
import { limits } from '../../src/policy/limits.ts';
import { generatedDocuments } from './generated-documents.ts';
import { textAt } from './policy-texts.ts';

/** The codes of a text's problems, each with its line and the text underlined. */
function faults(text: string): string[] {
  const { document, problems } = parseYaml('f.yaml', text);
  if (problems.length === 0) return [];
  assert.isUndefined(document, 'a document with problems');
  return problems.map((problem) => `${problem.line} ${problem.code} ${textAt(text, problem)}`);
}

function parseRight(text: string): YamlDocument {
  const { document, problems } = parseYaml('f.yaml', text);
  assert.deepEqual(problems, [], text);
  return document!;
}

const valueOf = (text: string): unknown => parseRight(text).value;

describe('YAML, as plain data', () => {
  it('reads texts, numbers, lists and mappings in block and flow style alike', () => {
    const expected = { a: [1, 'two', true], b: { c: 'd' } };
    assert.deepEqual(valueOf('a:\n  - 1\n  - two\n  - true\nb:\n  c: d\n'), expected);
    assert.deepEqual(valueOf('{a: [1, "two", true], b: {c: \'d\'}}'), expected);
    assert.deepEqual(valueOf('# a comment\na: [1, two, true] # and another\nb: { c: d }'), expected);
  });

  it('words and dates that other YAML would change stay texts', () => {
    for (const word of ['yes', 'no', 'on', 'off', 'y', 'NO', '2026-12-31', '2026-12-31T10:00:00Z', '12:30:45', '1_000', '0b11']) {
      assert.deepEqual(valueOf(`a: ${word}`), { a: word });
    }
  });

  it('line endings of any system mean the same, and are counted alike', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['# comment', 'a: 1', 'b:', '  c: x', ''].join(end);
      const document = parseRight(text);
      assert.deepEqual(document.value, { a: 1, b: { c: 'x' } });
      assert.deepInclude(document.locate(['b', 'c'], 'value'), { line: 4, column: 6, length: 1 }, JSON.stringify(end));
    }
  });

  it('a line that only YAML sees, behind a lone carriage return, is told by its own line', () => {
    assert.deepEqual(faults('# harmless\ra: 1\ra: 2\r'), ['3 duplicate-key a']);
  });

  it('names of JavaScript are names like any other, but for the one that is not', () => {
    const value = valueOf('constructor: a\ntoString: b\nhasOwnProperty: c\nprototype: d') as object;
    assert.deepEqual(Object.keys(value), ['constructor', 'toString', 'hasOwnProperty', 'prototype']);
    for (const key of ['__proto__', '"__proto__"', "'__proto__'", '"\\x5f_proto__"', '"\\u005F_proto__"', '? __proto__\n']) {
      assert.match(faults(`${key}: { admin: true }`)[0] ?? '', /bad-id/, key);
    }
    assert.isUndefined((Object.prototype as Record<string, unknown>)['admin']);
    assert.deepEqual(faults('a:\n  - { b: { __proto__: 1 } }'), ['2 bad-id __proto__']);
  });
});

describe('YAML that means something else than a reviewer reads', () => {
  it('one key twice, in whatever quotes', () => {
    for (const [first, second] of [['a', 'a'], ['"a"', 'a'], ["'a'", '"a"'], ['a', '"\\x61"'], ['? a\n', 'a'], ['1', '"1"'], ['true', '"true"']] as const) {
      const found = faults(`${first}: 1\nb: 2\n${second}: 3\n`);
      assert.lengthOf(found, 1, `${first} ${second}`);
      assert.include(found[0], 'duplicate-key', `${first} ${second}`);
      assert.include(found[0], second, `${first} ${second}`);
    }
    assert.deepEqual(faults('{a: 1, b: {c: 2, c: 3}}'), ['1 duplicate-key c']);
    assert.deepEqual(faults('a: 1\nA: 2\n" a": 3'), []);
  });

  it('every second key is told, not only the first', () => {
    assert.deepEqual(faults('a: 1\na: 2\nb: 1\nb: 2\na: 3'), ['2 duplicate-key a', '4 duplicate-key b', '5 duplicate-key a']);
  });

  it('a name that YAML would change: numbers that are not written as they are kept, and nothing', () => {
    for (const key of ['007', '0x10', '0o17', '1e3', '1.0', '+1', '-0', '12345678901234567890', '1234567890123456789', '.inf', '~', 'Null', 'TRUE', 'False']) {
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
    assert.deepEqual(valueOf('grants: ["*", \'*@personal\', "tag:*", tag:*]'), { grants: ['*', '*@personal', 'tag:*', 'tag:*'] });
  });

  it('a billion laughs end before anything is built', () => {
    const lines = Array.from({ length: 9 }, (_, index) => `l${index + 1}: &l${index + 1} [${Array(9).fill(`*l${index}`).join(', ')}]`);
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

describe('YAML that nobody can read', () => {
  it('indented with tabs, cut off, or with a slip of the finger: one problem, on its line', () => {
    const wrong: [text: string, line: number][] = [
      ['a:\n\tb: 1\n', 2], ['a:\n  b: 1\n\tc: 2\n', 3], ['a: [1, 2', 1], ['a: {b: 1', 1], ['a: "b', 1], ["a: 'b", 1], ['a: b: c', 1], ['a: @b', 1],
      ['a: `b`', 1], ['a: %b', 1], ['a: 1\n b: 2', 2], ['a:\n  - b\n c: 1', 3], ['a: ]', 1], ['a: }', 1], ['a: "b" c', 1], ['a: [1] 2', 1],
      ['a: "\\q"', 1], ['a: "\\x1"', 1], ['a: \u0007', 1], ['a: \u0000', 1], ['a: 1\n\u0001: 2', 2], ['a: [,]', 1], ['a: [1,,2]', 1], ['{a: 1 b: 2}', 1],
      ['a 1\nb: 2', 1], ['- a\nb: 1', 2], ['a: 1\n- b', 2], ['a: &', 1], ['a: *', 1], ['%', 1], ['a: |x\n  b', 1], ['*: a', 1],
    ];
    for (const [text, line] of wrong) {
      const found = parseYaml('f.yaml', text);
      assert.isUndefined(found.document, JSON.stringify(text));
      assert.lengthOf(found.problems, 1, JSON.stringify(text));
      assert.equal(found.problems[0]?.line, line, JSON.stringify(text));
      assert.include(['yaml-syntax', 'yaml-alias'], found.problems[0]?.code, JSON.stringify(text));
    }
  });

  it('deeper than any policy, in every style, without a crash', () => {
    const deep = ['[', '{a: ', '- ', '? ', '[[', '[{a: ', '!a [', '&a [', '- - '];
    for (const opening of deep) {
      assert.match(faults(opening.repeat(100_000))[0] ?? '', /^1 (too-deep|yaml-)/, opening);
    }
    const steps = Array.from({ length: 100_000 }, (_, level) => `${' '.repeat(Math.min(level, 30))}a:`).join('\n');
    assert.match(faults(steps)[0] ?? '', /too-deep/);
    assert.match(faults(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)[0] ?? '', /^1 too-deep/);
    assert.match(faults('['.repeat(1024 * 1024))[0] ?? '', /^1 too-deep/);
  });

  it('as deep as the limit says, and no deeper', () => {
    const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    assert.deepEqual(faults(nested(limits.fileDepth - 1)), []);
    assert.match(faults(nested(limits.fileDepth + 1))[0] ?? '', /too-deep/);
  });

  it('a quarter of a megabyte of one sign takes no minutes', function () {
    this.timeout(10_000);
    const long = 256 * 1024;
    const texts = [
      ...['"', "'", '{', ']', ':', '-', '?', '!', '&', '*', '#', '|', '>', '%', '@', '`', ',', ' ', '\t', '\n', '\r', '\\', 'a', '\ufeff'],
    ].map((sign) => sign.repeat(long));
    texts.push(`a: b: ${' '.repeat(long)}c`, `a: "${' '.repeat(long)}`, `a: b: ${'"'.repeat(long)}`, `a: b:${' '.repeat(long)}`, `${' '.repeat(long)}]`);
    for (const text of texts) {
      const started = performance.now();
      parseYaml('f.yaml', text);
      assert.isBelow(performance.now() - started, 2000, JSON.stringify(text.slice(0, 8)));
    }
  });

  it('any text at all gives a document or a problem inside the text, never an exception', () => {
    const sign = fc.constantFrom(...'abc:-?[]{},#&*!|>\'"%@` \n\t~0'.split(''), '\r\n', '---\n', 'a: ', '- ', '<<', '\u0000', '😀', '\ud800');
    fc.assert(fc.property(fc.array(sign, { maxLength: 40 }), (signs) => {
      const text = signs.join('');
      const { document, problems } = parseYaml('f.yaml', text);
      assert.equal(document === undefined, problems.length > 0);
      for (const { line, column, length } of problems) {
        const lines = text.split(/\r\n|\r|\n/);
        assert.isAtLeast(length, 1);
        assert.isAtMost(line, lines.length);
        assert.isAtMost(column, (lines[line - 1] ?? '').length + 2);
      }
    }), { numRuns: 2000 });
  });
});

describe('where things stand', () => {
  const text = [
    'workspace: support',
    'roles:',
    '  "team-lead":',
    "    'extends': member",
    '    grants: [ "tag:*", a:b ]',
    '  trainee: { extends: member, without: [ \'c:d\' ] }',
    'members:',
    '  ana:',
    '  - member',
    '  - role: trainee',
    '    until: 2026-12-31 # soon',
    'title:',
    'description: |',
    '  Two',
    '  lines',
    'list:',
    '  - a',
    '  -',
    '',
  ].join('\n');
  const document = parseRight(text);
  const at = (path: YamlPath, on: 'key' | 'value'): string => {
    const span = document.locate(path, on);
    return `${span.line}:${span.column} ${textAt(text, span)}`;
  };

  it('a value is found from its path, quotes included', () => {
    assert.equal(at(['workspace'], 'value'), '1:12 support');
    assert.equal(at(['roles', 'team-lead', 'extends'], 'value'), '4:16 member');
    assert.equal(at(['roles', 'team-lead', 'grants', 0], 'value'), '5:15 "tag:*"');
    assert.equal(at(['roles', 'team-lead', 'grants', '1'], 'value'), '5:24 a:b');
    assert.equal(at(['roles', 'trainee', 'without', 0], 'value'), "6:42 'c:d'");
    assert.equal(at(['members', 'ana', 0], 'value'), '9:5 member');
    assert.equal(at(['members', 'ana', 1, 'until'], 'value'), '11:12 2026-12-31');
  });

  it('a key is found as well', () => {
    assert.equal(at(['roles', 'team-lead'], 'key'), '3:3 "team-lead"');
    assert.equal(at(['roles', 'team-lead', 'extends'], 'key'), "4:5 'extends'");
    assert.equal(at(['roles', 'trainee', 'without'], 'key'), '6:31 without');
    assert.equal(at(['members', 'ana', 1, 'role'], 'key'), '10:5 role');
  });

  it('a value that is not there stands at its key, an item near its list', () => {
    assert.equal(at(['title'], 'value'), '12:1 title');
    assert.match(at(['list', 1], 'value'), /^1[678]:/);
  });

  it('a text of several lines is underlined on its first', () => {
    assert.match(at(['description'], 'value'), /^1[34]:/);
  });

  it('a path that leads nowhere ends at the nearest thing around it', () => {
    assert.equal(at(['roles', 'team-lead', 'denies'], 'key'), '3:3 "team-lead"');
    assert.equal(at(['roles', 'team-lead', 'extends', 0], 'value'), '4:16 member');
    assert.equal(at(['nothing'], 'key'), at([], 'value'));
    assert.equal(at(['workspace', 'deep', 'er'], 'value'), '1:12 support');
  });

  it('every key and value of a generated document is found where it was written', () => {
    fc.assert(fc.property(generatedDocuments(), ({ text: source, places, value }) => {
      const parsed = parseRight(source);
      assert.deepEqual(parsed.value, value);
      for (const { path, on, token } of places) {
        assert.equal(textAt(source, parsed.locate(path, on)), token, `${on} ${path.join('/')} in\n${source}`);
      }
    }), { numRuns: 300 });
  });
});
