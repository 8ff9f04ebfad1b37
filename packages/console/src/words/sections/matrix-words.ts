import { isolate } from '../forms/count.ts';

/** The page of all roles beside each other. */
export const matrixWords = {
  title: 'Matrix',
  hint: (workspace: string) => `Every role of ${isolate(workspace)} and every permission.`,
  find: 'Find a permission or a role',
  differences: 'Only differences',
  legend: {
    yes: 'given',
    inherited: 'from a role it follows',
    part: 'in some scopes',
    everybody: 'everybody',
    out: 'taken out of what it follows',
    denied: 'denied, whatever else',
    no: 'not given',
  },
  region: 'Roles and permissions, a table that scrolls',
  permission: 'Permission',
  id: 'Id',
  category: 'Category',
  export: 'Export as CSV',
  differ: (some: number, all: number) =>
    `${some} of ${all} ${some === 1 ? 'differs' : 'differ'}, ${all - some} ${all - some === 1 ? 'is' : 'are'} the same in all of these roles`,
  same: 'These roles do not differ',
  nothing: (search: string) => `No permission or role is called “${isolate(search)}”`,
  compare: 'Roles to compare',
  compareThese: 'Compare these',
  compareTitle: 'Compare roles',
  compareHint:
    'Two to four roles side by side. The address of this page keeps your choice, so you can send it to somebody.',
  nth: (number: number) => `Role ${number}`,
  add: 'Add a role',
  leaveOut: 'Leave it out',
  holdsAll: (role: string, other: string) => `${isolate(role)} gives all that ${isolate(other)} gives.`,
  all: 'All roles',
  says: (state: string) => state,
} as const;
