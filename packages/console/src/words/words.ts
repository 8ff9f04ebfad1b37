import { askWords } from './sections/ask-words.ts';
import { changesWords } from './sections/changes-words.ts';
import { commonWords } from './sections/common-words.ts';
import { conflictWords } from './sections/conflict-words.ts';
import { createWords } from './sections/create-words.ts';
import { deleteWords } from './sections/delete-words.ts';
import { effectWords } from './sections/effect-words.ts';
import { enteringWords } from './sections/entering-words.ts';
import { failedWords } from './sections/failed-words.ts';
import { matrixWords } from './sections/matrix-words.ts';
import { memberWords } from './sections/member-words.ts';
import { membersWords } from './sections/members-words.ts';
import { navWords } from './sections/nav-words.ts';
import { roleWords } from './sections/role-words.ts';
import { rolesWords } from './sections/roles-words.ts';
import { signInWords } from './sections/sign-in-words.ts';
import { workspacesWords } from './sections/workspaces-words.ts';

/** All words of the pages, by section. Titles of permissions and roles come from the policy and are never rewritten. */
export const words = {
  nav: navWords,
  common: commonWords,
  signIn: signInWords,
  entering: enteringWords,
  workspaces: workspacesWords,
  roles: rolesWords,
  role: roleWords,
  effect: effectWords,
  conflict: conflictWords,
  create: createWords,
  delete: deleteWords,
  members: membersWords,
  member: memberWords,
  matrix: matrixWords,
  changes: changesWords,
  ask: askWords,
  failed: failedWords,
} as const;
