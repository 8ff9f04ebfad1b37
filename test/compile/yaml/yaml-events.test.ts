import { assert } from 'chai';
import fc from 'fast-check';
import { parsePolicyFile, parsePolicyFileInSteps } from '../../../src/compile/file/parsed-file.ts';
import { takeAll } from '../../../src/compile/yaml/step-batches.ts';
import { findEvents, packEvents } from '../../../src/compile/yaml/yaml-events.ts';
import { parseYaml, parseYamlInSteps, type ParsedYaml } from '../../../src/compile/yaml/yaml-document.ts';

/** Every way in which YAML writes something, right and wrong. */
const texts = [
  'workspace: support\nmembers:\n  ana@acme.example: member\n  bo@acme.example: [team-lead, member]\n',
  "a: 'it''s'\nb: \"\\u0041\\n\"\nc: |-\n  kept\n  lines\n\nd: >+\n  folded\n  lines\n\ne: plain on\n  two lines\n",
  '{ a: 1, b: [x, { y: z }], "c": ~, ? d }\n',
  '- 1\n- 0x1F\n- 1e400\n- .inf\n-\n- - nested\n',
  'a: &here 1\nb: *here\n',
  'a: !!str 1\n',
  'a: 1\na: 2\n',
  '<<: { a: 1 }\n',
  'a: 1\n---\nb: 2\n',
  '2: b\n1: a\n',
  '',
  '# nothing\n',
  'a: [\n',
  'a: "never closed\n',
  '\tb: 1\n',
  `${'['.repeat(200)}\n`,
];

function said({ document, problems, untold }: ParsedYaml): unknown {
  return { value: document?.value, table: document?.positions.table, problems, untold: untold ?? 0 };
}

function throughThread(text: string): ParsedYaml {
  // As a message would bring it.
  return takeAll(parseYamlInSteps('f.yaml', text, structuredClone(packEvents(findEvents(text)))));
}

describe('events of a text that were found elsewhere', () => {
  for (const text of texts) {
    it(`give the same as those found here, of ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.deepEqual(said(throughThread(text)), said(parseYaml('f.yaml', text)));
    });
  }

  it('give the same, whatever the text, by law', () => {
    const pieces = fc.constantFrom(...texts.flatMap((text) => text.split(/(?<=[\s:,])/)), '\n', '  ', '- ', ': ');
    const anyText = fc.array(pieces, { maxLength: 40 }).map((some) => some.join(''));
    fc.assert(
      fc.property(anyText, (text) => {
        assert.deepEqual(said(throughThread(text)), said(parseYaml('f.yaml', text)));
      }),
    );
  });

  it('say nothing of a file that is no text, which is told where it is compiled', () => {
    const file = { path: 'policies/a.yaml', content: Buffer.from([0x61, 0xff]) };
    const [here, there] = [undefined, new Int32Array()].map((packed) =>
      takeAll(parsePolicyFileInSteps(file, 'workspace', packed)),
    );
    assert.deepEqual(there?.problems, here?.problems);
    assert.equal(there?.problems[0]?.code, 'not-utf8');
  });
});

describe('a long file', () => {
  const members = Array.from({ length: 30_000 }, (_, index) => `  person-${index}@acme.example: member\n`);
  const textOf = (lines: readonly string[]): string => `workspace: support\nmembers:\n${lines.join('')}`;
  const fileOf = (text: string): { path: string; content: Uint8Array } => ({
    path: 'policies/a.yaml',
    content: Buffer.from(text),
  });

  it('is parsed in steps none of which does more than a thousand things', () => {
    const file = fileOf(textOf(members));
    const packed = packEvents(findEvents(textOf(members)));
    const steps = [...parsePolicyFileInSteps(file, 'workspace', packed)];
    assert.isAbove(steps.length, 100);
    assert.deepEqual(parsePolicyFile(file, 'workspace').problems, []);
  });

  it('is held against its schema to its last member', () => {
    for (const at of [0, 999, 1000, 1001, 15_000, 29_999]) {
      const text = textOf(members.with(at, '  someone@acme.example: 7\n'));
      const { entry, problems } = parsePolicyFile(fileOf(text), 'workspace');
      assert.isUndefined(entry, `${at}`);
      assert.lengthOf(problems, 1);
      assert.deepInclude(problems[0], { code: 'wrong-type', line: at + 3 });
    }
  });

  it('is held against what is said around its members, too', () => {
    for (const [text, code] of [
      [textOf(members).replace('workspace: support', 'workspace: 7'), 'wrong-type'],
      [textOf(members).replace('workspace: support\n', ''), 'missing-key'],
      [`${textOf(members)}titel: x\n`, 'unknown-key'],
      [`${textOf(members)}roles: { a: { grants: 7 } }\n`, 'wrong-type'],
    ] as const) {
      assert.equal(parsePolicyFile(fileOf(text), 'workspace').problems[0]?.code, code, code);
    }
  });

  it('with a hundred thousand keys that stand there twice is refused at once', () => {
    const some = Array.from({ length: 100_000 }, (_, index) => `  p${index}: m\n`);
    const { problems, untold } = parsePolicyFile(fileOf(textOf([...some, ...some])), 'workspace');
    assert.equal(problems.length + (untold ?? 0), 100_000);
    assert.match(problems[0]?.message ?? '', /stands here twice, first on line 3$/);
  });
});
