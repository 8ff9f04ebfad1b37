import { assert } from 'chai';
import { formatAnnotation } from '../../../src/cli/report/github-annotation.ts';
import { plainPaint } from '../../../src/cli/report/paint.ts';
import { problemReporters, summarizeProblems } from '../../../src/cli/report/problem-report.ts';
import { displayReason } from '../../../src/cli/report/reason-text.ts';
import { testReporters } from '../../../src/cli/testing/test-report.ts';
import type { TestOutcome } from '../../../src/cli/testing/test-outcome.ts';
import { createProblem } from '../../../src/policy/problem.ts';

const hostile = 'a"<b>&\'\u0000\u001b[2J\u202e\u2028\ud800\uffff\r\n::error::x]]>%0A::error::y';

const surroundings = { paint: plainPaint, annotationRoot: { cwd: '/', checkout: undefined } };

function outcomeOf(text: string): TestOutcome {
  const position = { file: `policies/${text}.test.yaml`, line: 3, column: 5 };
  const reason = { code: 'not-granted' as const, message: `no ${text}` };
  const failures = [
    { kind: 'wrong-answer' as const, subject: text, expect: 'allow' as const, permission: 'a:b', position, reason },
    { kind: 'asks-nothing' as const, position },
  ];
  const { file, line } = position;
  const tests = [
    { file, line, name: text, outcome: 'failed' as const, failures, assertions: 1 },
    { file, line, name: text, outcome: 'passed' as const, failures: [], assertions: 1 },
  ];
  return {
    report: { tests, passed: 1, failed: 1, frozen: 0 },
    errors: { problems: [], files: 1, lines: () => undefined },
  };
}

function problemsOf(text: string): TestOutcome {
  const problems = [createProblem('bad-value', { file: text, line: 1, column: 1 }, `no \`${text}\``, text)];
  return { report: { tests: [], passed: 0, failed: 0, frozen: 0 }, errors: { problems, files: 1, lines: () => text } };
}

describe('reports', () => {
  it('are well-formed XML whatever the names hold', () => {
    for (const outcome of [outcomeOf(hostile), problemsOf(hostile)]) {
      const xml = testReporters.junit(outcome);
      assertWellFormed(xml);
      assert.isTrue(xml.isWellFormed());
      assert.include(xml, '&lt;b&gt;&amp;');
      assert.notMatch(xml, /[\u202e\u2028\u001b]/);
    }
  });

  it('give GitHub one command a line, whatever the names hold', () => {
    for (const outcome of [outcomeOf(hostile), problemsOf(hostile)]) {
      for (const line of testReporters.github(outcome, surroundings).split('\n')) {
        assert.match(
          line,
          /^::error file=[^,:]*,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=rolebook (test|lint)::[^\r\n]*$/,
        );
        assert.notMatch(line, /[\u0000-\u001f\u202e\u2028]|%0A::error::y/);
      }
    }
  });

  it('escape the properties of an annotation and its text apart', () => {
    const annotation = {
      severity: 'warning',
      file: 'a:b,c%.yaml',
      line: 1,
      column: 2,
      length: 3,
      title: 't',
      text: 'a:b,c%\n',
    } as const;
    assert.equal(
      formatAnnotation(annotation, surroundings.annotationRoot),
      '::warning file=a%3Ab%2Cc%25.yaml,line=1,endLine=1,col=2,endColumn=5,title=t::a:b,c%25%0A',
    );
  });

  it('name files from the checkout only when they are in it', () => {
    const annotation = {
      severity: 'error',
      file: '../policy/roles.yaml',
      line: 1,
      column: 1,
      length: 1,
      title: 't',
      text: 'x',
    } as const;
    const fileOf = (cwd: string, checkout: string): string | undefined =>
      /file=([^,]*)/.exec(formatAnnotation(annotation, { cwd, checkout }))?.[1];
    assert.equal(fileOf('/repo/app', '/repo'), 'policy/roles.yaml');
    assert.equal(fileOf('/elsewhere/app', '/repo'), '../policy/roles.yaml');
  });

  it('keep one line of text a line on the terminal', () => {
    const text = testReporters.text(outcomeOf(hostile), surroundings);
    assert.notMatch(text, /^::error/m);
    assert.notMatch(text, /[\u001b\u202e\u2028\r]/);
    assert.lengthOf(text.split('\n'), 4);
  });

  it('are JSON whatever the names hold', () => {
    const report = JSON.parse(testReporters.json(outcomeOf(hostile))) as { tests: { name: string }[] };
    assert.lengthOf(report.tests, 2);
  });

  it('say how much was found in how many files', () => {
    const error = createProblem('bad-value', { file: 'a', line: 1, column: 1 }, 'x');
    const warning = createProblem('unused-role', { file: 'a', line: 1, column: 1 }, 'x');
    const say = (problems: (typeof error)[], files: number): string =>
      summarizeProblems({ problems, files, lines: () => undefined });
    assert.equal(say([], 1), 'no problems in 1 file');
    assert.equal(say([error, error, warning], 14), '2 problems, 1 warning in 14 files');
    assert.equal(say([error], 2), '1 problem in 2 files');
    assert.equal(say([warning, warning], 2), '2 warnings in 2 files');
  });

  it('leave the source line out where there is none', () => {
    const problems = [
      createProblem('missing-file', { file: 'roles.yaml', line: 1, column: 1 }, 'there is none', 'write one'),
    ];
    const text = problemReporters.text({ problems, files: 0, lines: () => undefined }, surroundings);
    assert.equal(text, 'roles.yaml:1:1: there is none [missing-file]\nhelp: write one');
  });

  it('end a reason in its line once, as it is opened from where the command was started', () => {
    const place = { file: 'roles.yaml', line: 3, column: 4 };
    for (const message of ['role `a` grants it', 'role `a` grants it (roles.yaml:3:4)']) {
      const reason = displayReason({ code: 'granted', message, ...place }, (file) => `access/${file}`);
      assert.deepEqual(reason, {
        code: 'granted',
        ...place,
        file: 'access/roles.yaml',
        message: 'role `a` grants it (access/roles.yaml:3:4)',
      });
    }
    const without = { code: 'not-a-member' as const, message: 'no role' };
    assert.deepEqual(
      displayReason(without, (file) => `access/${file}`),
      without,
    );
  });
});

// Small and strict: tags balance, nothing bare stands in text or attributes, and every character is one XML 1.0 has.
function assertWellFormed(xml: string): void {
  assert.notMatch(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  const token = /<\?xml [^>]*\?>|<\/([a-z]+)>|<([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>|[^<>]+/giy;
  const open: string[] = [];
  let end = 0;
  for (let match = token.exec(xml); match; match = token.exec(xml)) {
    end = token.lastIndex;
    assert.notMatch(match[0], /&(?!(amp|lt|gt|quot|#\d+);)/);
    if (match[1] !== undefined) assert.equal(open.pop(), match[1]);
    else if (match[2] !== undefined && match[4] === '') open.push(match[2]);
  }
  assert.equal(end, xml.length, `not XML at ${xml.slice(end, end + 40)}`);
  assert.deepEqual(open, []);
}
