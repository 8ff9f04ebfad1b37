import { count } from './count.ts';

/** The words about whether a change is saved at once or proposed. */
export const writingWords = {
  label: 'How it is saved',
  save: 'Save at once',
  propose: 'Propose',
  proposeIt: 'Propose…',
  proposing: 'Proposing',
  proposed: 'Proposed from this browser',
  proposedHint: 'A branch of each waits to be looked at. It is listed below once it is merged.',
  page: 'Open the request',
  onBranch: (branch: string) => `on ${branch}`,
  tests: (number: number) => count(number, 'promise of the tests', 'promises of the tests'),
  testsTitle: (number: number) =>
    `${count(number, 'promise', 'promises')} of the tests ${number === 1 ? 'changes' : 'change'} with it`,
  testsHint: 'Tests say otherwise today. Whoever looks at the proposal sees what they would say.',
  testSays: (can: boolean) => (can ? 'can' : 'cannot'),
  onlyProposed: 'Changes are proposed here, and count when somebody has merged them.',
  failing: 'Tests fail, so it cannot be saved at once. It can be proposed, with the tests changed.',
} as const;
