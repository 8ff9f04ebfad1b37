import { isolate } from '../forms/count.ts';

/** The page that asks for one decision. */
export const askWords = {
  title: 'Ask',
  hint: 'May somebody do something here, and why? The answer names the line that says so.',
  who: 'Who',
  what: 'Does what',
  scope: 'In which scope',
  answer: 'Answer',
  ask: 'Ask',
  yes: 'Yes',
  no: 'No',
  everybody: 'Everybody here may.',
  gives: (role: string) => `${isolate(role)} gives it.`,
  nobody: 'No role gives it that this person holds now.',
  denies: (role: string) => `${role} denies it, whatever else they hold.`,
  would: 'These would allow it:',
  line: 'The line that says so:',
  notMember: 'This person holds no role here now.',
  pick: 'Choose a person and a permission.',
} as const;
