import { count } from './forms/count.ts';

/** The words about proposals themselves. */
export const proposalWords = {
  propose: 'Propose',
  proposing: 'Proposing',
  hint: 'Changes are proposed here, and count when somebody has merged them.',
  proposed: 'Proposed from this browser',
  proposedHint: 'A branch of each waits to be looked at. It is listed below once it is merged.',
  page: 'Open the request',
  testsTitle: (number: number) =>
    `${count(number, 'promise', 'promises')} of the tests ${number === 1 ? 'changes' : 'change'} with it`,
  testsHint: 'Tests say otherwise today. Whoever looks at the proposal sees what they would say.',
  testSays: (can: boolean) => (can ? 'can' : 'cannot'),
} as const;
