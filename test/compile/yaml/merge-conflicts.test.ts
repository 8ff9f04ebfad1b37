import { assert } from 'chai';
import { parseYaml } from '../../../src/compile/yaml/yaml-document.ts';
import { limits } from '../../../src/policy/limits.ts';

const told = (text: string): string[] =>
  parseYaml('f.yaml', text).problems.map(({ line, code, message }) => `${line} ${code} ${message}`);
const conflict = (line: number, marker: string): string =>
  `${line} merge-conflict the merge conflict marker \`${marker}\` stands here`;

describe('a merge that nobody has resolved', () => {
  const both = '<<<<<<< HEAD\n  ana: member\n=======\n  ana: admin\n>>>>>>> feature/x\n';

  it('is told once, at its first marker, with the line of its last', () => {
    const { problems } = parseYaml('f.yaml', `members:\n${both}`);
    assert.lengthOf(problems, 1);
    assert.deepInclude(problems[0], { code: 'merge-conflict', line: 2, column: 1, length: 12 });
    assert.include(problems[0]?.help, 'down to `>>>>>>> feature/x` on line 6');
  });

  it('is found wherever it stands, with its base, with the line ends of Windows, and where it is YAML all the same', () => {
    const texts: readonly (readonly [text: string, line: number])[] = [
      [`members:\n${both}`.replaceAll('\n', '\r\n'), 2],
      [`a:\n${both.replace('=======', '||||||| 1234567\n  ana: boss\n=======')}`, 2],
      [both, 1],
      [`{ "a": "\n${both}" }`, 2],
      [`# a comment\n${both}`, 2],
      [`a: 'x\n${both}'\n`, 2],
      [`a: [\n${both}]\n`, 2],
    ];
    for (const [text, line] of texts)
      assert.deepEqual(told(text), [conflict(line, '<<<<<<< HEAD')], JSON.stringify(text));
  });

  it('is told for each of several, and no more often than anybody reads', () => {
    assert.deepEqual(told(`a:\n${both}b:\n${both}`), [conflict(2, '<<<<<<< HEAD'), conflict(8, '<<<<<<< HEAD')]);
    assert.lengthOf(told(both.repeat(1000)), limits.mergeConflicts);
  });

  it('is told by whatever marker is left of it', () => {
    assert.deepEqual(told('a: 1\n>>>>>>> feature/x\n'), [conflict(2, '>>>>>>> feature/x')]);
    assert.deepEqual(told('a: 1\n<<<<<<< HEAD\nb: 2\n'), [conflict(2, '<<<<<<< HEAD')]);
    assert.deepEqual(told('a: 1\n=======\nb: 2\n'), [conflict(2, '=======')]);
    assert.deepEqual(told('a: [1,\n=======\n 2]\n'), [conflict(2, '=======')]);
    assert.deepEqual(told('a: 1\n||||||| base\nb: 2\n'), [conflict(2, '||||||| base')]);
    assert.deepEqual(told('a: 1\n<<<<<<<\nb: 2\n<<<<<<< b\n'), [conflict(2, '<<<<<<<'), conflict(4, '<<<<<<< b')]);
  });

  it('is none where a text only speaks of one', () => {
    const texts = ['a: "<<<<<<< HEAD"\n', '# <<<<<<< HEAD\na: 1\n', 'a: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> b\n'];
    for (const text of [...texts, 'a: >\n  =======\n', '# =======\na: 1\n', 'a: <<<<<<<\n'])
      assert.deepEqual(told(text), []);
    assert.notInclude(told('<<<<<<<<< a\nb: 1\n').join(), 'merge-conflict');
  });
});
