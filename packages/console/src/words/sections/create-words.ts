import { isolate, people, permissions } from '../forms/count.ts';

/** The page that creates a role. */
export const createWords = {
  title: 'Create role',
  hint: (workspace: string) =>
    `It exists only in ${isolate(workspace)}, and nobody holds it until you give it to somebody.`,
  start: 'Start from',
  follow: 'Follow a role',
  followHint: 'Has what that role has, now and later. You add to it or take out.',
  copy: 'Copy a role',
  copyHint: 'Has what that role has today. Later changes to it do not reach the copy.',
  nothing: 'Nothing',
  nothingHint: 'Has only what you turn on.',
  whichFollow: 'Which role to follow',
  whichCopy: 'Which role to copy',
  findRole: 'Find a role',
  closest:
    'Start with the role that comes closest and has less than you need. Adding is easier to see than taking away.',
  name: 'Name',
  nameHint: 'Name the job, not the person. A job outlives whoever does it today.',
  id: 'Id in the file',
  idHint: 'Made from the name. It cannot be changed to one that was used before.',
  description: 'Description',
  needName: 'Give it a name',
  badId: 'Begin with a letter; then letters, digits, dots, dashes and underscores.',
  submit: 'Create role',
  creating: 'Creating',
  effectTitle: 'Creating it changes nobody',
  effectHint: (name: string, number: number) =>
    `${isolate(name)} begins with ${permissions(number)}. Nobody holds it yet.`,
  effectNone: 'Give it a name to see what it begins with.',
  followLater: (base: string, name: string) => `If ${isolate(base)} gains or loses one, so does ${isolate(name)}.`,
  next: 'Next you choose its permissions.',
  cannot: 'It cannot be created like this',
  made: (name: string) => `${isolate(name)} was created`,
  held: (number: number) => `held by ${number === 0 ? 'nobody' : people(number)}`,
} as const;
