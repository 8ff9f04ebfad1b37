import { isolate } from '../forms/count.ts';

/** Somebody else saved meanwhile. */
export const conflictWords = {
  title: (role: string) => `${isolate(role)} changed while you were editing`,
  hint: (fit: number, all: number) => {
    const yours = all === 1 ? 'Your change' : 'Your changes';
    if (fit === all) return `Nothing is lost. ${yours} ${all === 1 ? 'fits' : 'fit'} beside the new ones.`;
    if (fit === 0) return `Nothing is lost. ${yours} and the new ones are about the same; choose.`;
    return `Nothing is lost. ${fit} of your ${all} changes ${fit === 1 ? 'fits' : 'fit'} beside the new ones; choose about the rest.`;
  },
  theirs: 'Saved meanwhile',
  yours: 'You, not saved',
  same: 'the same as theirs',
  nothing: 'Nothing that you can see here.',
  choose: 'choose',
  keepTheirs: 'Theirs',
  keepYours: 'Yours',
  dropMine: 'Drop mine',
  both: 'Go on with both',
  titleField: 'Name',
  descriptionField: 'Description',
  goneTitle: (role: string) => `${isolate(role)} is not there any more`,
  gone: 'Somebody deleted or renamed it while you were editing. What you have not saved is still on this page.',
} as const;
