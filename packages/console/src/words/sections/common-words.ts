import { count, isolate } from '../forms/count.ts';

/** What is said on many pages. */
export const commonWords = {
  cancel: 'Cancel',
  close: 'Close',
  undo: 'Undo',
  tryAgain: 'Try again',
  clear: 'Clear the search',
  loading: (what: string) => `Loading ${isolate(what)}`,
  more: 'Show more',
  everybody: 'everybody',
  nobody: 'nobody',
  yes: 'yes',
  no: 'no',
  optional: 'optional',
  why: 'Why?',
  whyPlaceholder: 'Why? Kept in the history',
  custom: 'custom',
  builtIn: 'built in',
  default: 'default',
  allOf: (organization: string) => `all of ${isolate(organization)}`,
  group: (group: string) => `through ${isolate(group)}`,
  until: (date: string) => `until ${date}`,
  from: (date: string) => `from ${date}`,
  then: 'then',
  others: (number: number) => `and ${count(number, 'other', 'others')}`,
  menu: (what: string) => `More about ${isolate(what)}`,
} as const;
