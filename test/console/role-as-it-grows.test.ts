import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { tabTo, useBrowser, violationsOf, Visits } from '../support/console-visit.ts';

const admin = 'farid@acme.example';
const home = '/workspaces/support-emea';
const file = 'policies/acme/support-emea.yaml';

const panel = (page: Page) => page.getByRole('complementary', { name: 'What saving does' });
const which = (page: Page, name: string) => page.getByRole('combobox', { name: `${name}: which ones` });
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });

/** Until what is chosen is this. */
const untilChosen = (page: Page, name: string, choice: string) =>
  which(page, name).locator('option:checked', { hasText: choice }).waitFor({ state: 'attached' });

describe('a role as the product and other roles grow', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  beforeEach(async () => {
    visits = await Visits.openUntested(browser());
  });
  afterEach(() => visits.closeFaultless());

  it('gives these of a category, or also future ones, and of all there is, by the mouse', async () => {
    const page = await visits.visit(admin, `${home}/roles/tag-curator`);
    await untilChosen(page, 'Tags', 'All, also future ones');
    await which(page, 'Tags').selectOption('These 5');
    await page.getByText('1 unsaved change').waitFor();
    await panel(page).getByRole('heading', { name: 'Saving changes nobody' }).waitFor();
    await panel(page).getByText('tag:archive').first().waitFor({ state: 'attached' });
    // As it was is clean again.
    await which(page, 'Tags').selectOption('All, also future ones');
    await panel(page).getByText('Nothing to save').waitFor();
    await which(page, 'Tags').selectOption('These 5');
    await save(page).click();
    await page.getByText('Saved. Nobody changes.').waitFor();
    assert.match(
      await visits.read(file),
      /tag-curator:[^]*?grants: \["tag:create", tag:edit, tag:archive, tag:delete, tag:apply\]/,
    );
    await untilChosen(page, 'Tags', 'These 5');

    await page.getByRole('checkbox', { name: 'All permissions' }).click();
    await which(page, 'All permissions').selectOption('All, also future ones');
    assert.strictEqual(await which(page, 'Tags').count(), 0);
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    // What is taken out of everything is no longer everything.
    await page.getByRole('checkbox', { name: 'Delete rules' }).click();
    await which(page, 'All permissions').waitFor({ state: 'detached' });
    await untilChosen(page, 'Tags', 'These 5');
    await page.getByRole('checkbox', { name: 'Delete rules' }).click();
    await which(page, 'All permissions').selectOption('All, also future ones');
    await panel(page).locator('.effect-content:not([data-checking])').waitFor();
    await panel(page).getByText('"*"').first().waitFor({ state: 'attached' });
    await save(page).click();
    await page.getByText('Saved. 1 person changed.').waitFor();
    assert.match(await visits.read(file), /tag-curator:[^]*?grants: \["\*"\]/);
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('turned on, with what is added later,').waitFor();
    await page.getByText('turned on as a list, without what is added later,').waitFor();
  });

  it('follows another role once that was seen and saved, or none, also by the keyboard alone', async () => {
    const before = await visits.read(file);
    const page = await visits.visit(admin, `${home}/roles/trainee`);
    await page.locator('.category').first().waitFor();
    await tabTo(page, /^Change$/);
    await page.keyboard.press('Enter');
    await page.getByLabel('Follows', { exact: true }).waitFor();
    await tabTo(page, /^Follows/);
    await page.keyboard.type('Tag');
    await page.getByText('1 unsaved change').waitFor();
    assert.isTrue(await page.getByRole('checkbox', { name: 'Create tags shared' }).isChecked());
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    assert.match(await panel(page).innerText(), /Bo[^]*gains\s+Create tags/);
    assert.deepEqual(await violationsOf(page), []);
    assert.strictEqual(await visits.read(file), before);
    // It is kept as every other work is.
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText('1 unsaved change').waitFor();
    assert.isTrue(await page.getByRole('checkbox', { name: 'Create tags shared' }).isChecked());
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await panel(page).locator('.effect-content:not([data-checking])').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true, disabled: false }).waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('Saved. 1 person changed.').waitFor();
    assert.match(await visits.read(file), /trainee:[^]*?extends: tag-curator\n\s+without: \["message:send@shared"/);
    // Who follows it cannot be followed by it.
    await page.goto(`${visits.pages.address}/console${home}/roles/tag-curator`);
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    const follows = page.getByLabel('Follows', { exact: true });
    assert.notInclude(await follows.innerText(), 'Trainee');
    assert.include(await follows.innerText(), 'Team lead');
    await follows.selectOption('Follows no role');
    await page.getByText('Follows no role', { exact: false }).first().waitFor();
    await panel(page).getByRole('heading', { name: 'Saving changes 2 people' }).waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await panel(page).getByText('Nothing to save').waitFor();
  });

  it('is compared at an address of its own, by which the way back leads to what was compared before', async () => {
    const page = await visits.visit(admin, `${home}/compare?roles=member,tag-curator`);
    await page.getByText('4 of 40 differ, 36 are the same in all of these roles').waitFor();
    await page.getByText('Tag curator gives all that Standard access gives.').waitFor();
    assert.strictEqual(await page.locator('.comparison tbody tr:not(.group)').count(), 4);
    await page.getByRole('combobox', { name: 'Add a role' }).selectOption('Team lead');
    await page.getByText('13 of 40 differ').waitFor();
    assert.match(page.url(), /compare\?roles=member%2Ctag-curator%2Cteam-lead$/);
    assert.deepEqual(await violationsOf(page), []);
    await page.getByRole('checkbox', { name: 'Only differences' }).click();
    await page.locator('.comparison tbody tr:not(.group)').nth(20).waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByText('4 of 40 differ').waitFor();
    await page.getByRole('combobox', { name: 'Role 2' }).selectOption('Trainee');
    await page.getByText('2 of 40 differ').waitFor();
    await page.getByText('Standard access gives all that Trainee gives.').waitFor();
  });

  it('is told of a person when it was given and taken, by whom, and when it begins and ends', async () => {
    const page = await visits.visit(admin, `${home}/members/user/bo%40acme.example`);
    const told = page.locator('.changes');
    await told.getByText('Standard access begins').waitFor();
    assert.match(
      await told.innerText(),
      /Standard access begins\s+to come\s+1 Apr 2027\s+Trainee ends with this day\s+to come\s+31 Mar 2027/,
    );
    await page.goto(`${visits.pages.address}/console${home}/members/user/quinn%40acme.example`);
    await page.getByRole('button', { name: 'Take away Auditor' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('button:not([aria-disabled])', { hasText: 'Take away' }).click();
    await told.getByText('gave, as all that is held from then: Standard access').waitFor();
    assert.match(await told.innerText(), /Farid gave, as all/);
  });
});
