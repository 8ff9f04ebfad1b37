import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { tabTo, useBrowser, Visits } from '../support/console-visit.ts';

const admin = 'farid@acme.example';
const home = '/workspaces/support-emea';
const file = 'policies/acme/support-emea.yaml';

/** Goes to what has this name by Tab, and presses Enter there. */
async function enter(page: Page, name: RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

describe('the pages by the keyboard alone', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  beforeEach(async () => {
    visits = await Visits.openUntested(browser());
  });
  afterEach(() => visits.closeFaultless());

  it('create a role, give it to somebody until a day, and undo both', async () => {
    const page = await visits.visit(admin, `${home}/roles`);
    await page.locator('.roles').waitFor();
    await enter(page, /^Create role$/);
    await page.getByRole('heading', { name: 'Create role', level: 1 }).waitFor();
    await tabTo(page, /^Follow a role/);
    await page.keyboard.press('ArrowDown');
    await page.getByRole('radio', { name: /^Copy a role/, checked: true }).waitFor();
    await tabTo(page, /^Name$/);
    await page.keyboard.type('Night desk');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Night desk', level: 1 }).waitFor();
    const before = await visits.read(file);
    assert.match(before, /night-desk:/);

    await enter(page, /^Members[1-9]/);
    await page.locator('.members').waitFor();
    await enter(page, /^Give a role$/);
    await tabTo(page, /^To whom$/);
    await page.keyboard.type('new@acme.example');
    await tabTo(page, /^Role$/);
    await page.keyboard.type('Night');
    await tabTo(page, /^Until/);
    // Month, day and year, as the browser of the tests writes days.
    await page.keyboard.type('12312099');
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await enter(page, /^Save$/);
    await page.getByText('Night desk was given.').waitFor();
    assert.match(await visits.read(file), /new@acme.example:[^]*night-desk[^]*20(?:99-1|99)/);

    await enter(page, /^Changes$/);
    for (const title of ['Undoing changes 1 person', 'Undoing changes nobody']) {
      await page.getByRole('button', { name: 'Undo…' }).first().waitFor();
      await enter(page, /^Undo…/);
      await page.getByRole('heading', { name: title }).waitFor();
      await enter(page, /^Undo$/);
      await page.getByRole('heading', { name: title }).waitFor({ state: 'detached' });
      if (title.endsWith('person')) assert.strictEqual(await visits.read(file), before);
    }
    assert.notInclude(await visits.read(file), 'night-desk: {');
  });
});
