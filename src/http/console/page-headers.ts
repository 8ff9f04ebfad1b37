import { sessionHeader } from '../access/session-header.ts';

/** What every call of a page sends. */
export const pageHeaders = {
  [sessionHeader]: 'Any text: the call is one of a page, and is made for whom its session names.',
} as const;
