import type { Habit } from '../support/past-decisions.ts';

const sequences = ['sequence:access'];

/** What people of the shared-inbox product did in one workspace; of the others there is no log. */
export const inboxHabits: readonly Habit[] = [
  ...['bo', 'chloe', 'elif', 'quinn'].map((name) => ({
    subject: `${name}@acme.example`,
    workspace: 'support-emea',
    never: sequences,
  })),
  {
    subject: 'ana@acme.example',
    workspace: 'support-emea',
    never: [...sequences, 'view:delete', 'report:edit', 'report:delete', 'tag:archive@shared', 'tag:delete@shared'],
  },
  { subject: 'farid@acme.example', workspace: 'support-emea', never: sequences, every: 7 },
  { subject: 'olu@acme.example', workspace: 'support-emea', never: sequences, every: 14 },
];

/** What people of the business phone product did. */
export const phoneHabits: readonly Habit[] = [
  ...['ruth', 'sami', 'tilda', 'umar'].map((name) => ({
    subject: `${name}@fernway.example`,
    workspace: 'helpdesk',
    never: [],
  })),
  { subject: 'pavel@fernway.example', workspace: 'helpdesk', never: ['recording:download', 'number:view'] },
  ...['viola', 'wim', 'zelda'].map((name) => ({
    subject: `${name}@fernway.example`,
    workspace: 'back-office',
    never: [],
  })),
  {
    subject: 'xenia@fernway.example',
    workspace: 'back-office',
    never: ['analytics:view', 'analytics:export', 'statistics:view'],
  },
  {
    subject: 'yusuf@fernway.example',
    workspace: 'back-office',
    never: ['number:purchase', 'number:assign', 'number:configure-caller-id'],
  },
  { subject: 'ines@fernway.example', workspace: 'helpdesk', never: [], every: 7 },
  { subject: 'mara@fernway.example', workspace: 'back-office', never: [], every: 14 },
];
