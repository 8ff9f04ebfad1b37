import { assert } from 'chai';
import { companyWords } from '../../packages/console/src/words/company-words.ts';
import { fleetWords } from '../../packages/console/src/words/fleet-words.ts';
import { planWords } from '../../packages/console/src/words/plan-words.ts';
import { previewWords } from '../../packages/console/src/words/preview-words.ts';
import { proposalWords } from '../../packages/console/src/words/proposal-words.ts';
import { reviewWords } from '../../packages/console/src/words/review-words.ts';
import { words } from '../../packages/console/src/words/words.ts';
import { writingWords } from '../../packages/console/src/words/writing-words.ts';

type Say = (...args: never[]) => string;

/** What is said of which numbers. */
type Told = readonly (readonly [args: readonly unknown[], text: string])[];

/** What each text says. A number that cannot be there is not asked for: the first hundred are a hundred. */
const told: Readonly<Record<string, Told>> = {
  'words.create.effectHint': [
    [['Night lead', 0], 'Night lead begins with 0 permissions. Nobody holds it yet.'],
    [['Night lead', 1], 'Night lead begins with 1 permission. Nobody holds it yet.'],
    [['Night lead', 9], 'Night lead begins with 9 permissions. Nobody holds it yet.'],
  ],
  'words.create.held': counted('held by nobody', 'held by 1 person', 'held by 9 people'),
  'words.conflict.hint': [
    [[1, 1], 'Nothing is lost. Your change fits beside the new ones.'],
    [[2, 2], 'Nothing is lost. Your changes fit beside the new ones.'],
    [[0, 1], 'Nothing is lost. Your change and the new ones are about the same; choose.'],
    [[0, 2], 'Nothing is lost. Your changes and the new ones are about the same; choose.'],
    [[1, 3], 'Nothing is lost. 1 of your 3 changes fits beside the new ones; choose about the rest.'],
    [[2, 3], 'Nothing is lost. 2 of your 3 changes fit beside the new ones; choose about the rest.'],
  ],
  'words.effect.title': counted('Saving changes nobody', 'Saving changes 1 person', 'Saving changes 9 people'),
  'words.effect.undoTitle': counted('Undoing changes nobody', 'Undoing changes 1 person', 'Undoing changes 9 people'),
  'words.effect.moreLines': counted(undefined, 'and 1 more', 'and 9 more'),
  'words.effect.moreGroups': counted(undefined, 'and 1 other', 'and 9 others'),
  'words.effect.testsPass': counted('There are no tests', 'The one test passes', 'All 9 tests pass'),
  'words.effect.testsFail': [
    [[1, 1], '1 of 1 test fails, so this cannot be saved'],
    [[1, 9], '1 of 9 tests fails, so this cannot be saved'],
    [[2, 9], '2 of 9 tests fail, so this cannot be saved'],
  ],
  'words.effect.testsFailing': counted(undefined, '1 test fails', '9 tests fail'),
  'words.effect.keep': counted(undefined, '1 other keeps what they have.', '9 others keep what they have.'),
  'words.effect.problems': counted(
    undefined,
    '1 problem in the files, so this cannot be saved',
    '9 problems in the files, so this cannot be saved',
  ),
  'words.members.shown': counted('0 people', '1 person', '9 people'),
  'words.matrix.differ': [
    [[0, 9], '0 of 9 differ, 9 are the same in all of these roles'],
    [[1, 9], '1 of 9 differs, 8 are the same in all of these roles'],
    [[8, 9], '8 of 9 differ, 1 is the same in all of these roles'],
    [[9, 9], '9 of 9 differ, 0 are the same in all of these roles'],
  ],
  'words.matrix.nth': counted(undefined, 'Role 1', 'Role 9'),
  'words.role.heldBy': counted('Held by nobody', 'Held by 1 person', 'Held by 9 people'),
  'words.role.of': [[[1, 9], '1 of 9']],
  'words.role.notSaved': counted(undefined, '1 not saved', '9 not saved'),
  'words.role.these': counted(undefined, 'This one', 'These 9'),
  'words.role.shown': [
    [[0, 1], '0 of 1 permission shown'],
    [[1, 9], '1 of 9 permissions shown'],
  ],
  // What is asked about, and at least one that needs it.
  'words.role.takeAll': counted(undefined, undefined, 'Take away all 9'),
  'words.role.unsaved': counted(undefined, '1 unsaved change', '9 unsaved changes'),
  'words.role.saved': [
    ...counted('Saved. Nobody changes.', 'Saved. 1 person changed.', 'Saved. 9 people changed.'),
    [[undefined], 'Saved.'],
  ],
  'words.member.can': [[[1, 9], '1 of 9']],
  'words.member.lineOf': [[['roles.yaml', 1], 'roles.yaml:1']],
  'words.common.others': counted(undefined, 'and 1 other', 'and 9 others'),
  'words.changes.gained': counted('nobody changed', '1 person changed', '9 people changed'),
  'words.roles.denies': counted(undefined, 'and denies 1', 'and denies 9'),
  'words.roles.heldBy': counted('nobody', '1 person', '9 people'),
  'words.roles.shown': counted('0 roles shown', '1 role shown', '9 roles shown'),
  'words.delete.hint': counted(
    'Nobody holds it.',
    '1 person holds it. They lose it at once, and get what you choose here instead.',
    '9 people hold it. They lose it at once, and get what you choose here instead.',
  ),
  'words.delete.loses': counted(undefined, 'Loses 1', 'Loses 9'),
  'words.delete.submit': counted('Delete role', 'Delete role, change 1 person', 'Delete role, change 9 people'),
  'words.delete.gains': counted('Nobody gains anything.', '1 person gains something.', '9 people gain something.'),
  'companyWords.workspaces.first': counted(
    undefined,
    undefined,
    'The first 9 are listed. Others are found by their address.',
  ),
  'companyWords.groups.members': counted('nobody', '1 person', '9 people'),
  'companyWords.group.in': counted('0 members', '1 member', '9 members'),
  'companyWords.group.added': counted(undefined, '1 person added.', '9 people added.'),
  'companyWords.person.removeHint': [
    [[0, 0], '0 places, as far as you can see. It is one change, and can be undone as one.'],
    [[1, 0], '1 place, as far as you can see. It is one change, and can be undone as one.'],
    [[0, 1], '1 group, as far as you can see. It is one change, and can be undone as one.'],
    [[2, 1], '2 places and 1 group, as far as you can see. It is one change, and can be undone as one.'],
    [[1, 2], '1 place and 2 groups, as far as you can see. It is one change, and can be undone as one.'],
  ],
  'fleetWords.behind': [
    [[1, 0.4], '1 change behind, for 0 s'],
    [[2000, 3600], '2,000 changes behind, for 3,600 s'],
  ],
  'fleetWords.process': [[['eu-1', 1], 'eu-1, process 1']],
  'fleetWords.countOf.organizations': counted('0 organizations', '1 organization', '9 organizations'),
  'fleetWords.countOf.workspaces': counted('0 workspaces', '1 workspace', '9 workspaces'),
  'fleetWords.countOf.members': counted('0 members', '1 member', '9 members'),
  'fleetWords.reloadSays': [[['loaded', 'start', 1.2], 'loaded, by start, in 1 ms']],
  'fleetWords.problems': counted(undefined, '1 problem', '9 problems'),
  'fleetWords.others': counted(undefined, 'and 1 more', 'and 9 more'),
  'fleetWords.missing': counted(
    undefined,
    '1 role lacks holders that somebody must hold',
    '9 roles lack holders that somebody must hold',
  ),
  'previewWords.can': [[[1, 9], '1 of 9']],
  'proposalWords.testsTitle': counted(
    undefined,
    '1 promise of the tests changes with it',
    '9 promises of the tests change with it',
  ),
  'reviewWords.log': [
    [['1 Sept', '1 Sept', 1, 0], '1 Sept to 1 Sept, 1 day with decisions'],
    [['1 Sept', '30 Nov', 64, 1], '1 Sept to 30 Nov, 64 days with decisions, 1 day old'],
    [['1 Sept', '30 Nov', 64, 9], '1 Sept to 30 Nov, 64 days with decisions, 9 days old'],
  ],
  'reviewWords.decided': [[[0, 1], '0 of 1 decided']],
  'reviewWords.held': [
    [[['Ana'], 1], 'held by Ana'],
    [[['Ana', 'Bo'], 9], 'held by Ana and Bo of 9'],
  ],
  'reviewWords.use': [
    [[1, '27 Nov'], '1 time, last 27 Nov'],
    [[9, '27 Nov'], '9 times, last 27 Nov'],
  ],
};

/** The texts with a number in them: their parameters say so by their names. */
const isOfNumber = (say: Say): boolean => {
  const [, parameters = ''] = /^\(?([^)=]*)\)? *=>/.exec(say.toString()) ?? [];
  return /\b(?:number|some|all|fit|failed|days|old|times|sequences|seconds|places|groups|ms|pid|line)\b/.test(
    parameters,
  );
};

function textsIn(section: object, path: string): readonly (readonly [string, Say])[] {
  return Object.entries(section).flatMap(([name, value]: [string, unknown]) => {
    const at = `${path}.${name}`;
    if (typeof value === 'function') return [[at, value as Say] as const];
    return typeof value === 'object' && value !== null ? textsIn(value, at) : [];
  });
}

const all = { words, companyWords, fleetWords, planWords, previewWords, proposalWords, reviewWords, writingWords };
const found = Object.entries(all)
  .flatMap(([name, section]) => textsIn(section, name))
  .filter(([, say]) => isOfNumber(say));

/** What is said of 0, 1 and 9 of something. */
function counted(...texts: readonly (string | undefined)[]): Told {
  return texts.flatMap((text, index) => (text === undefined ? [] : [[[[0, 1, 9][index]], text] as const]));
}

describe('words with numbers in them', () => {
  it('are all told here', () => {
    assert.sameMembers(
      found.map(([path]) => path),
      Object.keys(told),
    );
  });

  for (const [path, say] of found) {
    it(`are right for none, for one and for many: ${path}`, () => {
      for (const [args, text] of told[path] ?? []) assert.strictEqual(say(...(args as never[])), text);
    });
  }
});
