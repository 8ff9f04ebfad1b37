import { assert } from 'chai';
import { countChanges, groupChanges } from '../../../../src/review/diff/wording/change-lines.ts';
import type { AccessChange, Cause } from '../../../../src/review/diff/matching/policy-difference.ts';

const granted: Cause = {
  kind: 'grant-added',
  role: 'member',
  through: [],
  text: 'role `member` grants it',
  side: 'after',
  file: 'roles.yaml',
  line: 9,
  column: 5,
  length: 12,
  nearest: undefined,
  lines: undefined,
};

function change(workspace: string, subjects: string[], more: Partial<AccessChange> = {}): AccessChange {
  return {
    kind: 'gained',
    workspace,
    subjects,
    permissions: ['tag:edit'],
    fromMs: undefined,
    untilMs: undefined,
    cause: granted,
    ...more,
  };
}

function shown(changes: readonly AccessChange[]): string[] {
  return groupChanges(changes).map(
    ({ kind, places, count }) =>
      `${kind} ${count}: ${places.map(({ workspace, subjects }) => `${subjects.join(' ')} in ${workspace}`).join(', ')}`,
  );
}

describe('lines of a change', () => {
  it('put the same people in several workspaces together', () => {
    assert.deepEqual(shown([change('one', ['ana']), change('two', ['ana'])]), ['gained 1: ana in one, ana in two']);
  });

  it('keep a few workspaces with different people apart, and put many together', () => {
    assert.deepEqual(shown([change('one', ['ana']), change('two', ['bo'])]), [
      'gained 1: ana in one',
      'gained 1: bo in two',
    ]);
    const many = ['a', 'b', 'c', 'd'].map((id) => change(id, [id, 'ana']));
    assert.deepEqual(shown(many), ['gained 5: a ana in a, b ana in b, c ana in c, d ana in d']);
  });

  it('never put together what differs in what, when or why', () => {
    const others = [
      change('two', ['ana'], { permissions: ['tag:read'] }),
      change('two', ['ana'], { untilMs: 1 }),
      change('two', ['ana'], { kind: 'lost' }),
      change('two', ['ana'], { cause: { ...granted, line: 10 } }),
    ];
    for (const other of others) assert.lengthOf(shown([change('one', ['ana']), other]), 2);
  });

  it('put members together who were given a role in one file, each on a line of their own', () => {
    const given = { ...granted, kind: 'role-given', file: 'policies/one.yaml', lines: [3, 4] } as const;
    const together = shown([change('one', ['ana', 'bo'], { cause: given })]);
    assert.deepEqual(together, ['gained 2: ana bo in one']);
  });

  it('name the roles through which each is reached', () => {
    const [line] = groupChanges([
      change('one', ['ana'], { cause: { ...granted, through: ['lead'] } }),
      change('two', ['ana'], { cause: { ...granted, through: ['desk'] } }),
    ]);
    assert.deepEqual(line?.cause.through, ['desk', 'lead']);
  });

  it('begin with what reaches several workspaces, then go by workspace, gains first', () => {
    const changes = [
      change('two', ['bo'], { kind: 'lost' }),
      change('two', ['bo'], { permissions: ['tag:read'] }),
      change('one', ['cy'], { permissions: ['tag:all'] }),
      change('one', ['ana']),
      change('two', ['ana']),
    ];
    assert.deepEqual(shown(changes), [
      'gained 1: ana in one, ana in two',
      'gained 1: cy in one',
      'gained 1: bo in two',
      'lost 1: bo in two',
    ]);
  });

  it('count everybody once', () => {
    const changes = [change('one', ['ana', 'bo']), change('two', ['ana']), change('two', ['ana'], { kind: 'lost' })];
    assert.deepEqual(countChanges(changes), { gaining: 2, losing: 1, workspaces: 2 });
    assert.deepEqual(countChanges([]), { gaining: 0, losing: 0, workspaces: 0 });
  });
});
