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
  differ: (some: number, all: number) => `${some} of ${all} differ, ${all - some} are the same in all of these roles`,
  same: 'These roles do not differ',
  nothing: (search: string) => `No permission or role is called “${isolate(search)}”`,
  compare: 'Roles to compare',
  all: 'All roles',
  says: (state: string) => state,
} as const;
