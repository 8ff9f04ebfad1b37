import { assert } from 'chai';
import fc from 'fast-check';
import { messageOf, RolebookError } from '../../src/policy/errors.ts';
import { comparePositions, compareText, formatPosition } from '../../src/policy/position.ts';
import { addProblems, createProblem, hasErrors, sortProblems, type Problem } from '../../src/policy/problem.ts';

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

  it('one broken file may have half a million problems', () => {
    const problems: Problem[] = [];
    addProblems(
      problems,
      Array.from({ length: 500_000 }, () => createProblem('bad-id', at('a', 1, 1), 'm')),
    );
    assert.lengthOf(problems, 500_000);
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
