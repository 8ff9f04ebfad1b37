import { count, isolate, people } from '../forms/count.ts';

/** The page that lists roles. */
export const rolesWords = {
  title: 'Roles',
  hint: 'A role says what somebody may do here. Several roles of one person add up.',
  create: 'Create role',
  find: 'Find a role, a permission or a person',
  which: 'Which roles',
  all: 'All',
  builtIn: 'Built in',
  custom: 'Custom',
  head: { role: 'Role', held: 'Held by', compared: 'Compared', changed: 'Last changed' },
  builtInGroup: 'Built in, the same in every workspace',
  customGroup: (workspace: string) => `Custom, only in ${isolate(workspace)}`,
  companyGroup: (organization: string) => `Custom, in all of ${isolate(organization)}`,
  startingPoint: 'the starting point',
  more: 'more',
  fewer: 'fewer',
  same: 'the same',
  than: (role: string) => `than ${isolate(role)}`,
  as: (role: string) => `as ${isolate(role)}`,
  denies: (number: number) => `and denies ${number}`,
  by: (name: string) => `by ${isolate(name)}`,
  heldBy: (number: number) => (number === 0 ? 'nobody' : people(number)),
  heldInWorkspaces: 'given in workspaces',
  foundBy: { permission: 'gives', person: 'held by' },
  nothing: (search: string) => `Nothing is called “${isolate(search)}”`,
  nothingHint: (workspace: string) => `No role, permission or person of ${isolate(workspace)}.`,
  emptyTitle: 'No roles of your own yet',
  empty: (workspace: string) =>
    `Everybody in ${isolate(workspace)} holds a built-in role. Start from the closest one and add what a job needs.`,
  emptyCompany: (company: string) =>
    `A role that is made here can be given in every workspace of ${isolate(company)}. Those of one workspace stand there.`,
  shown: (number: number) => count(number, 'role shown', 'roles shown'),
  forbiddenTitle: 'Roles are kept by others here',
  forbidden: (workspace: string) =>
    `You can see your own access. Roles of ${isolate(workspace)} are seen and changed by those who manage it.`,
  seeOwn: 'See my access',
} as const;
