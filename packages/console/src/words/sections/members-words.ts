import { count, isolate } from '../forms/count.ts';

/** The page that lists members. */
export const membersWords = {
  title: 'Members',
  hint: (workspace: string) =>
    `Who has a role in ${isolate(workspace)}. Several roles add up; what a role denies, it denies whatever else somebody holds.`,
  give: 'Give a role',
  find: 'Find a person',
  head: { member: 'Member', roles: 'Roles', through: 'Through' },
  directly: 'given directly',
  company: 'the company',
  ended: 'ended',
  shown: (number: number) => count(number, 'person', 'people'),
  nothing: (search: string) => `Nobody is called “${isolate(search)}”`,
  nothingHint: 'The search looks at ids and names of everybody with a role here.',
  remove: 'Take away everything here…',
  menu: (name: string) => `More about ${isolate(name)}`,
} as const;
