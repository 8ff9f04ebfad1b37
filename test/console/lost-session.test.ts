import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { limits } from '../../src/policy/limits.ts';
import { noTests, useBrowser, Visits } from '../support/console-visit.ts';

const admin = 'farid@acme.example';
const teamLead = '/workspaces/support-emea/roles/team-lead';
const file = 'policies/acme/support-emea.yaml';

describe('a session that is over while a role is edited', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  let later = 0;
  beforeEach(async () => {
    later = 0;
    visits = await Visits.open(browser(), { now: () => Date.now() + later });
    await visits.rewrite('policies/acme/support-emea.test.yaml', noTests);
  });
  afterEach(() => visits.closeFaultless());

  const edit = async (): Promise<Page> => {
    const page = await visits.visit(admin, teamLead);
    await page.getByRole('checkbox', { name: 'Delete reports' }).click();
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    return page;
  };

  /** In another tab, as the page says. */
  const signInAgain = async (page: Page, as = admin): Promise<void> => {
    const tab = await page.context().newPage();
    await tab.goto(`${visits.pages.address}/console/sign-in#${visits.pages.link()}`);
    await tab.getByRole('searchbox').fill(as);
    await tab.getByRole('button', { name: as }).first().click();
    await tab.getByRole('navigation', { name: 'Roles and permissions' }).getByRole('link').first().waitFor();
  };

  const ends: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    'because its time is up': () => {
      later = limits.sessionMs + 1000;
      return Promise.resolve();
    },
    'because somebody signed out in a second tab': async (page) => {
      const tab = await page.context().newPage();
      await tab.goto(`${visits.pages.address}/console/workspaces/support-emea/members`);
      await tab.getByRole('button', { name: 'Sign out' }).click();
      await tab.getByText('Nobody is signed in').waitFor();
    },
  };

  for (const [why, end] of Object.entries(ends)) {
    it(`loses nothing ${why}: it says so, and is saved after signing in again`, async () => {
      const before = await visits.read(file);
      const page = await edit();
      await end(page);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Please sign in again' });
      await dialog.getByText('What you have not saved is kept on this page.').waitFor();
      assert.strictEqual(await visits.read(file), before);
      await signInAgain(page);
      await page.getByRole('button', { name: 'I have signed in' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('1 unsaved change').waitFor();
      assert.isFalse(await page.getByRole('checkbox', { name: 'Delete reports' }).isChecked());
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Saved. 1 person changed.').waitFor();
      assert.notStrictEqual(await visits.read(file), before);
    });
  }

  it('is asked for again as long as nobody has signed in, and the draft is there after the page is loaded anew', async () => {
    const page = await edit();
    later = limits.sessionMs + 1000;
    const dialog = page.getByRole('dialog', { name: 'Please sign in again' });
    for (let turn = 0; turn < 2; turn += 1) {
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await dialog.waitFor();
      await dialog.getByRole('button', { name: 'Not now' }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    await page.reload();
    await page.getByText('Nobody is signed in').waitFor();
    await signInAgain(page);
    await page.goto(`${visits.pages.address}/console${teamLead}`);
    await page.getByText('1 unsaved change').waitFor();
    assert.isFalse(await page.getByRole('checkbox', { name: 'Delete reports' }).isChecked());
  });
});
