import { assert } from 'chai';
import { limits } from '../../../src/policy/limits.ts';
import type { JudgedData } from '../../../src/review/changes/judged-data.ts';
import { tellAnswer } from '../../../src/store/changes/told-judgement.ts';

const data: JudgedData = {
  ...{ problems: [], refused: [], tests: { passed: 2, failed: [] }, effect: { people: 0, gained: [], lost: [] } },
  ...{ escalations: [], affected: [], confirm: undefined, etags: [null], patch: '--- a\n+++ b\n' },
};
const crowd = Array.from({ length: 100_000 }, (_, index) => ({
  ...{ workspace: 'support', subject: `somebody-${index}@acme.example`, roles: ['writer'], lost: [] },
})) as unknown as JudgedData['affected'];

describe('a judgement as it is told', () => {
  it('is the text of an object, which is not taken apart on its way to who asked', () => {
    const told = tellAnswer({ kind: 'judged', data, revision: 'abc' });
    const { problems, refused, ...rest } = data;
    assert.deepEqual([problems, refused], [[], []]);
    const text = told.kind === 'judged' ? told.data.text : undefined;
    assert.deepEqual(JSON.parse(text ?? ''), JSON.parse(JSON.stringify(rest)));
    assert.notInclude(text, 'confirm');
  });

  it('is left out where no answer would hold it, and the rest is told', () => {
    const refusal = { kind: 'conflict', code: 'unconfirmed', message: 'nobody agreed' } as const;
    const told = tellAnswer({ kind: 'refused', refusal, data: { ...data, affected: crowd } });
    assert.deepEqual(told, { kind: 'refused', refusal, data: { problems: [], text: undefined } });
  });

  it('has the first problems alone, and none where there was no judgement', () => {
    const problem = {
      code: 'unknown-role',
      severity: 'error',
      message: 'x',
      file: 'a.yaml',
      line: 1,
      column: 1,
      length: 1,
    };
    const problems = Array.from({ length: 1000 }, () => problem) as unknown as JudgedData['problems'];
    const told = tellAnswer({ kind: 'judged', data: { ...data, problems }, revision: 'abc' });
    assert.lengthOf(told.kind === 'judged' ? told.data.problems : [], limits.toldProblems);
    const refusal = { kind: 'not-allowed', code: 'actor-not-allowed', message: 'no' } as const;
    assert.deepEqual(tellAnswer({ kind: 'refused', refusal }), { kind: 'refused', refusal });
  });
});
