import { isolate } from './forms/count.ts';

/** The words about what the plan of a company has. */
export const planWords = {
  label: 'The plan of the company',
  title: (plans: string) => `Roles of your own come with ${plans}`,
  none: 'Roles of your own come with no plan',
  why: (who: string, plan: string | undefined) =>
    `${isolate(who)} is on ${plan === undefined ? 'no plan' : plan}. Built-in roles go on working as they do today, and so do roles that were made before.`,
  offPlan: 'not on the plan',
  roleOffPlan: 'Frozen: roles of your own are not on the plan. Who holds it keeps it; it is not changed and not given.',
} as const;
