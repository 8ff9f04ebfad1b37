/** The page that lists workspaces. */
export const workspacesWords = {
  title: 'Workspaces',
  hint: 'Choose where to look.',
  find: 'Find a workspace',
  none: 'No workspace knows you',
  signedInAs: 'You are signed in as',
  noneHint: 'Somebody who manages a workspace has to give you a role there.',
} as const;
