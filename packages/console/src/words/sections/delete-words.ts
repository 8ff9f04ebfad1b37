import { isolate, people } from '../forms/count.ts';

/** The dialog that deletes a role. */
export const deleteWords = {
  title: (role: string) => `Delete ${isolate(role)}?`,
  hint: (number: number) => {
    if (number === 0) return 'Nobody holds it.';
    const holds = number === 1 ? 'holds' : 'hold';
    return `${people(number)} ${holds} it. They lose it at once, and get what you choose here instead.`;
  },
  everybody: 'Give everybody',
  each: (name: string) => `What ${isolate(name)} gets instead`,
  ofDefault: '(default)',
  nothingMore: 'Nothing more',
  loses: (number: number) => `Loses ${number}`,
  losesNothing: 'Loses nothing',
  also: (roles: string) => `also holds ${isolate(roles)}`,
  idTaken: 'stays taken here, so nobody gets the old role back by accident.',
  idBefore: 'The id',
  undo: 'You can undo this on the page Changes.',
  type: (name: string) => `To confirm, type ${isolate(name)}`,
  keep: 'Keep the role',
  submit: (number: number) => (number === 0 ? 'Delete role' : `Delete role, change ${people(number)}`),
  deleting: 'Deleting',
  checking: 'Checking who is affected',
  gains: (number: number) =>
    number === 0 ? 'Nobody gains anything.' : `${people(number)} ${number === 1 ? 'gains' : 'gain'} something.`,
  deleted: (role: string) => `${isolate(role)} was deleted.`,
  typed: 'Type the name of the role first.',
  stale: 'Others are affected by now. This is the list as it is.',
} as const;
