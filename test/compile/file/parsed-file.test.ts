import { assert } from 'chai';
import { decodeFile, parsePolicyFile } from '../../../src/compile/file/parsed-file.ts';
import type { SchemaName } from '../../../src/compile/schema/policy-schemas.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { limits } from '../../../src/policy/limits.ts';
import { sortProblems } from '../../../src/policy/problem.ts';
import { sourceFile, textAt } from '../../support/policy-texts.ts';

function found(schema: SchemaName, text: string): string[] {
  const parsed = parsePolicyFile(sourceFile('f.yaml', text), schema);
  assert.equal(parsed.entry === undefined, parsed.problems.length > 0);
  return sortProblems(parsed.problems).map((problem) => `${problem.line} ${problem.code} ${textAt(text, problem)}`);
}

const bytes = (...values: number[]): SourceFile => ({ path: 'f.yaml', content: Uint8Array.from(values) });
const codesOf = (file: SourceFile): string[] => decodeFile(file).problems.map(({ code }) => code);

describe('a file as bytes', () => {
  it('is UTF-8; a byte order mark is left out and moves no column', () => {
    const marked = parsePolicyFile(sourceFile('f.yaml', '\ufeffworkspace: a b\n'), 'workspace');
    assert.deepInclude(marked.problems[0], { code: 'bad-id', line: 1, column: 12 });
    assert.deepEqual(parsePolicyFile(sourceFile('f.yaml', '\ufeffworkspace: ab\n'), 'workspace').entry, {
      workspace: 'ab',
    });
  });

  it('in another encoding it is told, not guessed', () => {
    assert.deepEqual(codesOf(bytes(0xff, 0xfe, 0x61, 0x00)), ['not-utf8']);
    assert.deepEqual(codesOf(bytes(0xe4)), ['not-utf8']);
    assert.deepEqual(codesOf(bytes(0xc0, 0xaf)), ['not-utf8']);
    assert.deepEqual(codesOf(bytes(0xed, 0xa0, 0x80)), ['not-utf8']);
    assert.deepEqual(codesOf(bytes(0x61)), []);
  });

  it('too large is not read at all', () => {
    assert.deepEqual(codesOf({ path: 'f.yaml', content: new Uint8Array(limits.fileBytes + 1).fill(0x23) }), [
      'file-too-large',
    ]);
    assert.deepEqual(codesOf({ path: 'f.yaml', content: new Uint8Array(limits.fileBytes).fill(0x23) }), []);
  });

  it('that could not be read has the reason in its problem', () => {
    const file: SourceFile = { path: 'policies/a.yaml', fault: 'may not be read' };
    const [problem] = decodeFile(file).problems;
    assert.deepInclude(problem, { code: 'unreadable-file', file: 'policies/a.yaml', line: 1, column: 1 });
    assert.include(problem?.message, 'may not be read');
    assert.equal(parsePolicyFile(file, 'workspace').digest, '');
  });

  it('has the digest of its bytes, whether it is right or not', () => {
    const digest = (text: string): string => parsePolicyFile(sourceFile('f.yaml', text), 'workspace').digest;
    assert.match(digest('workspace: a'), /^[0-9a-f]{64}$/);
    assert.equal(digest('workspace: a'), digest('workspace: a'));
    assert.notEqual(digest('workspace: a'), digest('workspace: a\n'));
    assert.match(digest('{'), /^[0-9a-f]{64}$/);
  });

  it('that is no YAML has no place but its top', () => {
    const parsed = parsePolicyFile(sourceFile('f.yaml', 'a: ['), 'workspace');
    assert.deepEqual(parsed.locate(['a'], 'key'), { file: 'f.yaml', line: 1, column: 1, length: 1 });
  });
});

describe('a file held against its schema', () => {
  it('is silent about what is right', () => {
    assert.deepEqual(
      found(
        'workspace',
        'workspace: a\nmembers: { ana: member, bo: [member], cy: { roles: [{ role: member, until: 2026-12-31 }] } }',
      ),
      [],
    );
  });

  it('names each mistake by its kind, on the word that is wrong', () => {
    assert.deepEqual(found('workspace', 'workspace: Support 1\ntitel: x\n'), [
      '1 bad-id Support 1',
      '2 unknown-key titel',
    ]);
    assert.deepEqual(found('workspace', 'title: x'), ['1 missing-key t']);
    assert.deepEqual(found('workspace', 'workspace: [a]'), ['1 wrong-type [']);
    assert.deepEqual(found('workspace', 'workspace:\ntitle: x'), ['1 wrong-type workspace']);
    assert.deepEqual(found('workspace', 'workspace: a\ntitle: ""'), ['2 bad-value ""']);
    assert.deepEqual(found('workspace', 'workspace: a\nroles:\n  Team Lead: {}'), ['3 bad-id Team Lead']);
    assert.deepEqual(found('workspace', `workspace: a\nroles:\n  ${'l'.repeat(65)}: {}`), [
      `3 bad-id ${'l'.repeat(65)}`,
    ]);
    assert.deepEqual(found('workspace', 'workspace: a\nroles:\n  lead: { grants: [send] }'), ['3 bad-grant send']);
    assert.deepEqual(found('workspace', 'workspace: a\nroles:\n  lead: { spans: organization }'), [
      '3 unknown-key spans',
    ]);
    assert.deepEqual(found('workspace', 'workspace: a\nmembers:\n  an(a: member'), ['3 bad-subject an(a']);
    assert.deepEqual(found('workspace', 'workspace: a\nmembers:\n  ana: Team Member'), ['3 bad-id Team Member']);
    assert.deepEqual(found('workspace', 'workspace: a\nmembers:\n  ana: [{ until: 2026-12-31 }]'), ['3 missing-key {']);
    assert.deepEqual(found('workspace', 'workspace: a\nmembers:\n  ana: [{ role: b, until: soon }]'), [
      '3 bad-time soon',
    ]);
    assert.deepEqual(found('workspace', 'workspace: a\nmembers:\n  ana: []'), ['3 bad-value [']);
    assert.deepEqual(
      found('roles', 'permissions: { C: { a:b: t } }\nroles: { m: {} }\nscopes: { s: { when: { owner: 1 } } }'),
      ['3 bad-path owner'],
    );
    assert.deepEqual(
      found('roles', 'permissions: { C: { a:b: { title: t, controls: everything } } }\nroles: { m: {} }'),
      ['1 bad-value everything'],
    );
    assert.deepEqual(found('roles', 'permissions: { C: { send: t } }\nroles: { m: { holders: 0 } }'), [
      '1 bad-id send',
      '2 bad-value 0',
    ]);
  });

  it('a grant is one of five forms', () => {
    const grants = (grant: string): string[] =>
      found('workspace', `workspace: a\nroles: { r: { grants: [${JSON.stringify(grant)}] } }`);
    for (const grant of ['a:b', 'a:b@self', 'a:*', '*', '*@self', 'call-flow:edit.x_y'])
      assert.deepEqual(grants(grant), [], grant);
    const wrong = [
      '',
      'a',
      'a:',
      ':b',
      'a:b:c',
      'a:*@self',
      '*:b',
      '*:*',
      '**',
      '*@',
      'a:b@',
      'a:b@Self',
      'a:b@self+team',
      'a:b@*',
      'a:b*',
      'a*:b',
      ' a:b',
      'a:b ',
      'a: b',
      '!a:b',
      'a:b,c:d',
      'a:b\n',
      '^a:.*$',
      'a:(b)',
      'a:b@self@team',
      '1:b',
      'a/b:c',
    ];
    for (const grant of wrong) assert.isAbove(grants(grant).length, 0, JSON.stringify(grant));
  });

  it('an item of a list is told by its place in it', () => {
    const parsed = parsePolicyFile(
      sourceFile('f.yaml', 'workspace: a\nroles: { r: { grants: [a:b, 7] } }'),
      'workspace',
    );
    assert.match(parsed.problems[0]?.message ?? '', /item 2.*`grants`/);
  });

  it('a file that is a list or a text is told as a whole', () => {
    for (const text of ['- a', 'just text', '7']) assert.lengthOf(found('workspace', text), 1, text);
  });
});

describe('a large file that is wrong all over', () => {
  it('is judged at once, by the first thing that is wrong', () => {
    const text = `workspace: big\nmembers:\n${Array.from({ length: 200_000 }, (_, index) => `  m${index}: 7\n`).join('')}`;
    const file = { path: 'policies/big.yaml', content: Buffer.from(text) };
    const startedMs = performance.now();
    const { entry, problems } = parsePolicyFile(file, 'workspace');
    assert.isUndefined(entry);
    assert.deepEqual(
      problems.map(({ code, line }) => `${line} ${code}`),
      ['3 wrong-type'],
    );
    // Told one by one they would take minutes.
    assert.isBelow(performance.now() - startedMs, 15_000);
  });

  it('is told in full while it is small', () => {
    const text = `workspace: small\nmembers:\n${Array.from({ length: 50 }, (_, index) => `  m${index}: 7\n`).join('')}`;
    const { problems } = parsePolicyFile({ path: 'policies/small.yaml', content: Buffer.from(text) }, 'workspace');
    assert.lengthOf(problems, 50);
  });
});
