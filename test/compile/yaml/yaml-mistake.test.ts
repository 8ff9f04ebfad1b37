import { assert } from 'chai';
import { parseYaml } from '../../../src/compile/yaml/yaml-document.ts';
import { explainMistake } from '../../../src/compile/yaml/yaml-mistake.ts';
import { textAt } from '../../support/policy-texts.ts';

function mistake(text: string): { at: string; message: string; help: string } {
  const { problems } = parseYaml('f.yaml', text);
  assert.lengthOf(problems, 1, text);
  const [problem] = problems;
  return { at: `${problem!.line} ${textAt(text, problem!)}`, message: problem!.message, help: problem!.help ?? '' };
}

describe('slips in YAML', () => {
  it('are underlined where the hand slipped, not where the parser gave up', () => {
    const cases: [text: string, at: string][] = [
      ['a: 1\nb: [1, 2\nc: 3\n', '2 ['],
      ['a: {b: 1\n', '1 {'],
      ['a: "b\nc: 1\n', '1 "'],
      ["a: don't\nb: 'c\nd: 1\n", "2 '"],
      ['a: "x]" # [\nb: ["]", \'{\'\n', '2 ['],
      ['title: Support: EMEA\n', '1 Support: EMEA'],
      ['title: Support: EMEA # ours\n', '1 Support: EMEA'],
      ['member lead\nb: 2\n', '1 member lead'],
      ['a: @b\n', '1 @b'],
      ['a: %b c\n', '1 %b'],
      ['a: `b`\n', '1 `'],
      ['a: "b" c\n', '1 c'],
      ['a: [1] 2\n', '1 2'],
      ['a: 1 ]\nb: ]\n', '2 ]'],
      ['a: [1,,2]\n', '1 ,'],
      ['a: *\n', '1 *'],
      ['a: &\n', '1 &'],
      ['a: "\\d"\n', '1 \\d'],
      ['a:\n\t- b\n', '2 \t'],
    ];
    for (const [text, at] of cases) assert.equal(mistake(text).at, at, JSON.stringify(text));
  });

  it('come with what to do instead', () => {
    assert.include(mistake('title: Support: EMEA').help, '"Support: EMEA"');
    assert.include(mistake('a: say "x": y').help, '\\"x\\"');
    assert.include(mistake('a: @b').help, '"@b"');
    assert.include(mistake('a: [1').help, ']');
    assert.include(mistake('a: [*]').help, '"*"');
    assert.match(mistake('a:\n\tb: 1').help, /tab/);
    assert.match(mistake('a: "\\d"').help, /single quotes/);
    assert.isNotEmpty(mistake('a: 1\n b: 2\n').help);
    assert.isNotEmpty(mistake('{a: 1 b: 2}').help);
  });

  it("of a kind nobody thought of keep the parser's own words", () => {
    const { code, start, end, message } = explainMistake('something new', 3, 'abcdef');
    assert.deepEqual([code, start, end], ['yaml-syntax', 3, 4]);
    assert.include(message, 'something new');
  });
});
