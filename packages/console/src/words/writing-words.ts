/** The words about whether a change is saved at once or proposed, and about undoing it. */
export const writingWords = {
  label: 'How it is saved',
  save: 'Save at once',
  propose: 'Propose',
  proposeIt: 'Propose…',
  onlyProposed: 'Changes are proposed here, and count when somebody has merged them.',
  failing: 'Tests fail, so it cannot be saved at once. It can be proposed, with the tests changed.',
  undone: 'Undone.',
  cannotUndo: 'This cannot be undone like that',
} as const;
