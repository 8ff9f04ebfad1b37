import { assert } from 'chai';
import fc from 'fast-check';
import { parseYaml, type YamlPath } from '../../../src/compile/yaml/yaml-document.ts';
import { limits } from '../../../src/policy/limits.ts';
import { generatedDocuments } from './generated-documents.ts';
import { faults, parseRight } from '../../support/yaml-texts.ts';
import { textAt } from '../../support/policy-texts.ts';
import { lawRuns } from '../../support/law-runs.ts';

describe('YAML that nobody can read', () => {
  it('indented with tabs, cut off, or with a slip of the finger: one problem, on its line', () => {
    const wrong: [text: string, line: number][] = [
      ['a:\n\tb: 1\n', 2],
      ['a:\n  b: 1\n\tc: 2\n', 3],
      ['a: [1, 2', 1],
      ['a: {b: 1', 1],
      ['a: "b', 1],
      ["a: 'b", 1],
      ['a: b: c', 1],
      ['a: @b', 1],
      ['a: `b`', 1],
      ['a: %b', 1],
      ['a: 1\n b: 2', 2],
      ['a:\n  - b\n c: 1', 3],
      ['a: ]', 1],
      ['a: }', 1],
      ['a: "b" c', 1],
      ['a: [1] 2', 1],
      ['a: "\\q"', 1],
      ['a: "\\x1"', 1],
      ['a: \u0007', 1],
      ['a: \u0000', 1],
      ['a: 1\n\u0001: 2', 2],
      ['a: [,]', 1],
      ['a: [1,,2]', 1],
      ['{a: 1 b: 2}', 1],
      ['a 1\nb: 2', 1],
      ['- a\nb: 1', 2],
      ['a: 1\n- b', 2],
      ['a: &', 1],
      ['a: *', 1],
      ['%', 1],
      ['a: |x\n  b', 1],
      ['*: a', 1],
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
      ...[
        '"',
        "'",
        '{',
        ']',
        ':',
        '-',
        '?',
        '!',
        '&',
        '*',
        '#',
        '|',
        '>',
        '%',
        '@',
        '`',
        ',',
        ' ',
        '\t',
        '\n',
        '\r',
        '\\',
        'a',
        '\ufeff',
      ],
    ].map((sign) => sign.repeat(long));
    texts.push(
      `a: b: ${' '.repeat(long)}c`,
      `a: "${' '.repeat(long)}`,
      `a: b: ${'"'.repeat(long)}`,
      `a: b:${' '.repeat(long)}`,
      `${' '.repeat(long)}]`,
    );
    for (const text of texts) {
      const started = performance.now();
      parseYaml('f.yaml', text);
      assert.isBelow(performance.now() - started, 2000, JSON.stringify(text.slice(0, 8)));
    }
  });

  it('any text at all gives a document or a problem inside the text, never an exception', () => {
    const sign = fc.constantFrom(
      ...'abc:-?[]{},#&*!|>\'"%@` \n\t~0'.split(''),
      '\r\n',
      '\r',
      '\u202e',
      '---\n',
      'a: ',
      '- ',
      '<<',
      '\u0000',
      '😀',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 40 }), (signs) => {
        const text = signs.join('');
        const { document, problems } = parseYaml('f.yaml', text);
        assert.equal(document === undefined, problems.length > 0);
        for (const { line, column, length } of problems) {
          const lines = text.split('\n');
          assert.isAtLeast(length, 1);
          assert.isAtMost(line, lines.length);
          assert.isAtMost(column, (lines[line - 1] ?? '').length + 2);
        }
      }),
      { numRuns: lawRuns(2000) },
    );
  });
});

describe('where things stand', () => {
  const text = [
    'workspace: support',
    'roles:',
    '  "team-lead":',
    "    'extends': member",
    '    grants: [ "tag:*", a:b ]',
    "  trainee: { extends: member, without: [ 'c:d' ] }",
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
    const span = document.positions.locate(path, on);
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
    fc.assert(
      fc.property(generatedDocuments(), ({ text: source, places, value }) => {
        const parsed = parseRight(source);
        assert.deepEqual(parsed.value, value);
        // In the order of the file, then backwards, each twice.
        for (const { path, on, token } of [...places, ...places.toReversed()].flatMap((place) => [place, place])) {
          assert.equal(
            textAt(source, parsed.positions.locate(path, on)),
            token,
            `${on} ${path.join('/')} in\n${source}`,
          );
        }
      }),
      { numRuns: lawRuns(300) },
    );
  });

  it('one of many keys is found whatever was asked for before, and none that is not there', () => {
    const keys = ['10', '9', 'b', 'a', 'constructor', 'toString', ...Array.from({ length: 50 }, (_, at) => `k${at}`)];
    const parsed = parseRight(keys.map((key) => `"${key}": 1\n`).join(''));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keys, 'c', 'valueOf', '__proto__', '')), (asked) => {
        for (const key of asked) {
          const line = keys.includes(key) ? keys.indexOf(key) + 1 : 1;
          assert.equal(parsed.positions.locate([key], 'value').line, line, key);
        }
      }),
    );
  });
});
