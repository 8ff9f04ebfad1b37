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
  nobody: 'Nobody here is like that',
  clear: 'Show everybody',
  whichTime: 'For how long',
  times: { '': 'All', ending: 'Ending soon', dated: 'With a date', plain: 'Without' },
  whichRole: 'Which role they hold',
  anyRole: 'Any role',
  whichWay: 'How it was given',
  anyWay: 'However given',
  alone: 'Given directly',
  byGroup: 'By a group',
  onlyGroup: (group: string) => `Only those by group ${isolate(group)}`,
  anyGroup: (group: string) => `Not only those by group ${isolate(group)}`,
  remove: 'Take away everything here…',
  menu: (name: string) => `More about ${isolate(name)}`,
} as const;
