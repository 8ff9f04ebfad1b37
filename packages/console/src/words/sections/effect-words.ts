import { count, people } from '../forms/count.ts';

/** Whom a change would change. */
export const effectWords = {
  label: 'What saving does',
  see: 'See what it does',
  title: (number: number) => (number === 0 ? 'Saving changes nobody' : `Saving changes ${people(number)}`),
  undoTitle: (number: number) => (number === 0 ? 'Undoing changes nobody' : `Undoing changes ${people(number)}`),
  nothingTitle: 'Nothing to save',
  nothing: 'Move a toggle, and you see here who gains and who loses by it, before anything is saved.',
  checking: 'checking…',
  waiting: 'Checking first…',
  waitingAloud: 'Checking first, then it is done. Escape takes it back.',
  gains: 'gains',
  loses: 'loses',
  baseline: 'What everybody here may',
  moreLines: (number: number) => `and ${number} more`,
  moreGroups: (number: number) => `and ${count(number, 'other', 'others')}`,
  opens: 'Opens a way to more',
  testsPass: (number: number) =>
    ['There are no tests', 'The one test passes'][number] ?? `All ${count(number, 'test', 'tests')} pass`,
  testsFail: (failed: number, all: number) =>
    `${failed} of ${count(all, 'test', 'tests')} ${failed === 1 ? 'fails' : 'fail'}, so this cannot be saved`,
  testsFailing: (number: number) => `${count(number, 'test', 'tests')} ${number === 1 ? 'fails' : 'fail'}`,
  keep: (number: number) => `${count(number, 'other keeps', 'others keep')} what they have.`,
  says: 'says that',
  can: 'can',
  cannot: 'cannot',
  undoThem: 'Undo those changes, or have whoever keeps the tests change them.',
  problems: (number: number) => `${count(number, 'problem', 'problems')} in the files, so this cannot be saved`,
  patch: 'Patch',
  nobody: 'Nobody gains or loses anything by this.',
  refused: 'This cannot be saved',
  refusedNow: 'This cannot be saved now',
  again: 'It is asked again every few seconds, and nothing is lost.',
  changedElsewhere: 'also elsewhere',
} as const;
