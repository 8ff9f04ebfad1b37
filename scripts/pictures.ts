import type { Page } from 'playwright-core';

/** A picture of the documentation: who looks at which page of which policy, and what is done there before it is drawn. */
export interface Picture {
  /** `own`: that of this repository; `company`: with groups, roles of the company and staff; `database`: the same in a database with a fleet. */
  readonly policy: 'own' | 'company' | 'database' | 'reviewed';
  readonly actor: string;
  readonly path: string;
  /** In pixels; 1280 wide, unless it says something else. */
  readonly height: number;
  readonly width?: number;
  /** Brings the page to where it is drawn, and ends when that is shown. */
  readonly show: (page: Page) => Promise<void>;
}

const farid = 'farid@acme.example';
const olu = 'olu@acme.example';
const support = '/workspaces/support-emea';

/** All pictures of the documentation, by name: `docs/images/NAME.webp`. */
export const pictures: Readonly<Record<string, Picture>> = {
  role: {
    policy: 'own',
    actor: farid,
    path: `${support}/roles/team-lead`,
    height: 800,
    show: async (page) => {
      await page.getByRole('checkbox', { name: 'Assign conversations shared' }).click();
      await page.getByRole('checkbox', { name: 'Delete conversations or mark them as spam shared' }).click();
      await page.getByText('2 unsaved changes').waitFor();
      await page.locator('.effect-content:not([data-checking])').getByText('2 of').first().waitFor();
    },
  },
  roles: {
    policy: 'own',
    actor: farid,
    path: `${support}/roles`,
    height: 760,
    show: (page) => page.getByRole('row', { name: /^Trainee/ }).waitFor(),
  },
  plan: {
    policy: 'company',
    actor: 'xavier@brightwater.example',
    path: '/workspaces/brightwater-bookings/roles',
    height: 700,
    show: (page) => page.getByRole('row', { name: /^Workspace admin/ }).waitFor(),
  },
  member: {
    policy: 'company',
    actor: olu,
    path: `${support}/members/user/elif%40acme.example`,
    height: 800,
    show: async (page) => {
      await give(page, [{ role: 'member' }, { role: 'tag-curator', until: '2027-01-31' }], 'tidies up before the move');
      await give(page, [{ role: 'member' }, { role: 'tag-curator', until: '2027-03-31' }], 'the move is later');
      await page.reload();
      await page.getByText('tidies up before the move').waitFor();
      await page.getByText('Can', { exact: true }).click();
      for (const summary of await page.locator('summary').all()) await summary.click();
      await page.evaluate('scrollTo(0, 0)');
    },
  },
  preview: {
    policy: 'own',
    actor: farid,
    path: `${support}/preview?subject=bo%40acme.example&at=2027-06-01`,
    height: 700,
    show: async (page) => {
      await page.getByText(/^Different/).click();
      await page.getByText('cannot now').first().waitFor();
    },
  },
  company: {
    policy: 'company',
    actor: olu,
    path: '/organizations/acme/roles',
    height: 700,
    show: (page) => page.getByRole('row', { name: /^People keeper/ }).waitFor(),
  },
  group: {
    policy: 'company',
    actor: olu,
    path: '/organizations/acme/groups/emea-support',
    height: 700,
    show: async (page) => {
      await page.getByRole('button', { name: 'Add people' }).click();
      await page.getByLabel('To whom').fill('jonas@acme.example');
      await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
      await page.getByText('Delete tags').first().waitFor();
    },
  },
  fleet: {
    policy: 'database',
    actor: 'mia@vendor.example',
    path: '/fleet',
    height: 520,
    show: async (page) => {
      await page.getByRole('row', { name: /us-1.*starting/ }).waitFor();
      await page.getByRole('heading', { name: 'This sidecar' }).waitFor();
    },
  },
  review: {
    policy: 'reviewed',
    actor: farid,
    path: `${support}/review`,
    height: 760,
    show: async (page) => {
      await page.getByRole('button', { name: 'Keep Edit reports' }).click();
      await page.getByText(/^1 of \d+ decided/).waitFor();
    },
  },
  compare: {
    policy: 'own',
    actor: farid,
    path: `${support}/compare?roles=member,tag-curator,team-lead`,
    height: 720,
    show: (page) => page.getByRole('row', { name: /^Assign conversations/ }).waitFor(),
  },
};

/** Gives Elif roles in place of what she holds, as a page does. */
async function give(page: Page, roles: readonly object[], reason: string): Promise<void> {
  const edits = [{ edit: 'member.set', workspace: 'support-emea', subject: 'elif@acme.example', roles }];
  const status = await page.evaluate(
    async (body) => {
      const headers = { 'X-Rolebook-Session': 'page', 'Content-Type': 'application/json' };
      return (await fetch('/v1/changes', { method: 'POST', headers, body })).status;
    },
    JSON.stringify({ actor: { type: 'user', id: olu }, edits, reason }),
  );
  if (status !== 200) throw new Error(`nothing was given: ${status}`);
}
