import { assert } from 'chai';
import fc from 'fast-check';
import { messageOf, RolebookError } from '../../src/policy/errors.ts';
import { limits } from '../../src/policy/limits.ts';
import { comparePositions, compareText, formatPosition } from '../../src/policy/position.ts';
import { firstProblems, ProblemList } from '../../src/policy/problem-list.ts';
import { createProblem, hasErrors, sortProblems } from '../../src/policy/problem.ts';

const at = (file: string, line: number, column: number): { file: string; line: number; column: number } => ({
  file,
  line,
  column,
});

describe('problems', () => {
  it('a problem weighs what its code weighs', () => {
    assert.equal(createProblem('unknown-role', at('a', 1, 2), 'm').severity, 'error');
    assert.equal(createProblem('unused-role', at('a', 1, 2), 'm').severity, 'warning');
  });

  it('a problem underlines what its span has, else one character', () => {
    assert.equal(createProblem('bad-id', { ...at('a', 1, 2), length: 7 }, 'm').length, 7);
    assert.equal(createProblem('bad-id', at('a', 1, 2), 'm').length, 1);
  });

  it('help stands there only when there is some', () => {
    assert.equal(createProblem('bad-id', at('a', 1, 2), 'm', 'h').help, 'h');
    assert.notProperty(createProblem('bad-id', at('a', 1, 2), 'm'), 'help');
  });

  it('only errors make a policy unusable', () => {
    const warning = createProblem('self-lift', at('a', 1, 1), 'm');
    assert.isFalse(hasErrors([]));
    assert.isFalse(hasErrors([warning]));
    assert.isTrue(hasErrors([warning, createProblem('bad-id', at('a', 1, 1), 'm')]));
  });

  it('problems are sorted by file, line and column, as numbers', () => {
    const places = [at('b', 1, 1), at('a', 10, 1), at('a', 9, 10), at('a', 9, 9), at('B', 1, 1)];
    const sorted = sortProblems(places.map((place) => createProblem('bad-id', place, 'm'))).map(formatPosition);
    assert.deepEqual(sorted, ['B:1:1', 'a:9:9', 'a:9:10', 'a:10:1', 'b:1:1']);
  });

  it('problems come out in one order, however they were found', () => {
    const code = fc.constantFrom('bad-id' as const, 'bad-time' as const, 'self-lift' as const);
    const problem = fc
      .record({
        file: fc.constantFrom('a', 'b'),
        line: fc.integer({ min: 1, max: 2 }),
        column: fc.integer({ min: 1, max: 2 }),
        code,
        message: fc.constantFrom('x', 'y'),
      })
      .map(({ code: what, message, ...place }) => createProblem(what, place, message));
    const shuffled = fc
      .array(problem, { maxLength: 8 })
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(fc.property(shuffled, ([list, other]) => assert.deepEqual(sortProblems(list), sortProblems(other))));
  });

  it('sorting leaves what it was given alone', () => {
    const list = [createProblem('bad-id', at('b', 1, 1), 'm'), createProblem('bad-id', at('a', 1, 1), 'm')];
    sortProblems(list);
    assert.deepEqual(
      list.map(({ file }) => file),
      ['b', 'a'],
    );
  });

  it('one broken file may have half a million problems: so many are told, and all are counted', () => {
    const file = new ProblemList(1000);
    for (let count = 0; count < 500_000; count += 1) file.add(createProblem('bad-id', at('a', 1, 1), 'm'));
    const policy = new ProblemList(1500);
    policy.addAll(file);
    policy.addAll(file);
    policy.addAll([createProblem('bad-id', at('b', 1, 1), 'm')]);
    policy.addUntold(7);
    assert.lengthOf(file.told, 1000);
    assert.lengthOf(policy.told, 1500);
    assert.deepEqual(policy.counts, { errors: 1_000_008, warnings: 0 });
    assert.equal(policy.count, 1_000_008);
  });

  it('no error is lost behind warnings', () => {
    const problems = new ProblemList(10);
    for (let count = 0; count < 500; count += 1) problems.add(createProblem('self-lift', at('a', count, 1), 'm'));
    assert.isFalse(problems.hasErrors);
    problems.add(createProblem('bad-id', at('z', 1, 1), 'm'));
    assert.isTrue(problems.hasErrors);
    assert.lengthOf(problems.told, 11);
    const first = firstProblems(problems.told, 5);
    assert.lengthOf(first, 5);
    assert.deepEqual(
      first.map(({ severity }) => severity),
      ['warning', 'warning', 'warning', 'warning', 'error'],
    );
    assert.strictEqual(firstProblems(problems.told, 11), problems.told);
  });

  it('no text of a problem is longer than anybody reads', () => {
    const { message, help = '' } = createProblem('bad-id', at('a', 1, 1), 'm'.repeat(5_000_000), 'ü'.repeat(5_000_000));
    assert.isAtMost(message.length, limits.problemCharacters);
    assert.isAtMost(help.length, limits.problemCharacters);
    assert.isTrue(message.endsWith('…'));
    const whole = 'w'.repeat(limits.problemCharacters);
    assert.equal(createProblem('bad-id', at('a', 1, 1), whole).message, whole);
  });
});

describe('positions', () => {
  it('names compare by code unit, the same in every locale', () => {
    assert.deepEqual(['ä', 'b', 'a', 'Z', 'a-b', 'aa'].sort(compareText), ['Z', 'a', 'a-b', 'aa', 'b', 'ä']);
    assert.equal(compareText('a', 'a'), 0);
  });

  it('a position is written file:line:column', () => {
    assert.equal(formatPosition(at('policies/a.yaml', 3, 14)), 'policies/a.yaml:3:14');
    assert.equal(comparePositions(at('a', 3, 14), at('a', 3, 14)), 0);
  });
});

describe('errors', () => {
  it('an error keeps its code, its help and its cause', () => {
    const cause = new Error('EACCES');
    const error = new RolebookError('unavailable', 'cannot read', { help: 'check the rights', cause });
    assert.deepInclude(error, { name: 'RolebookError', code: 'unavailable', help: 'check the rights', cause });
    assert.notProperty(new RolebookError('usage', 'm'), 'cause');
    assert.isUndefined(new RolebookError('usage', 'm').help);
  });

  it('whatever was thrown has a message', () => {
    assert.equal(messageOf(new Error('boom')), 'boom');
    assert.equal(messageOf('boom'), 'boom');
    assert.equal(messageOf(undefined), 'undefined');
  });
});
