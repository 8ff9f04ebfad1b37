import { isolate } from '../forms/count.ts';

/** What could not be shown. */
export const failedWords = {
  title: (what: string) => `${isolate(what)} could not be loaded`,
  hint: 'Nobody’s access is affected: the product goes on deciding by the last good policy.',
  noAnswer: 'The sidecar did not answer.',
  unsure: 'Whether it was done is not known. Try again: it is done once, and nothing that you entered is lost.',
  support: 'For support:',
  unknownWorkspace: 'There is no such workspace',
  unknownCompany: 'There is no such company',
  unknownWorkspaceHint: 'Or it is not for you to see. Ask whoever gave you the address.',
  noPage: 'There is no such page',
  noPageHint: 'The address may have been cut.',
  home: 'To the workspaces',
  noRole: 'There is no such role',
  script: 'This page broke',
  scriptHint: 'Nothing that you have not saved is lost. Load it anew.',
  reload: 'Load it anew',
} as const;
