import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { tabTo, useBrowser, violationsOf, Visits } from '../support/console-visit.ts';

const admin = 'farid@acme.example';
const place = '/workspaces/support-emea';
const teamLead = `${place}/roles/team-lead`;
const file = 'policies/acme/support-emea.yaml';

const isMade = (url: URL): boolean => url.pathname === '/v1/changes' && url.search === '';
const isUndone = (url: URL): boolean => url.pathname.endsWith('/revert') && url.search === '';
const unsure = /^Whether it was done is not known/;

/** Has what is sent there be done, and its answer be lost. */
async function loseAnswers(page: Page, where: (url: URL) => boolean): Promise<() => Promise<void>> {
  await page.route(where, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    await route.fetch();
    return route.abort();
  });
  return () => page.unroute(where);
}

describe('what is pressed while the sidecar does not answer', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  beforeEach(async () => {
    visits = await Visits.openUntested(browser());
  });
  // The browser tells of each call that was not answered.
  afterEach(() => visits.closeFaultless((fault) => fault.includes('net::ERR_FAILED')));

  const countChanges = async (): Promise<number> => {
    const { json } = await visits.pages.call('/v1/changes?workspace=support-emea');
    return (json as { changes: unknown[] }).changes.length;
  };
  const toggle = async (): Promise<Page> => {
    const page = await visits.visit(admin, teamLead);
    await page.getByRole('checkbox', { name: 'Delete reports', exact: true }).click();
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    return page;
  };
  const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
  const message = (page: Page) => page.locator('.toast');

  it('is saved once and undone once, though each answer was lost: it is said so, and pressed again', async () => {
    const before = await visits.read(file);
    const page = await toggle();
    const answerSaves = await loseAnswers(page, isMade);
    await save(page).click();
    await message(page).getByText(unsure).waitFor();
    await answerSaves();
    await save(page).click();
    await message(page)
      .getByText(/^Saved\.\s*In force as/)
      .waitFor();
    assert.strictEqual(await countChanges(), 1);
    const answerUndos = await loseAnswers(page, isUndone);
    await message(page).getByRole('button', { name: 'Undo' }).click();
    await message(page).getByText('The sidecar did not answer').waitFor();
    await message(page).getByText(unsure).waitFor();
    assert.strictEqual(await visits.read(file), before);
    assert.deepEqual(await violationsOf(page), []);
    await answerUndos();
    await tabTo(page, /^Undo$/);
    await page.keyboard.press('Enter');
    await page.getByText('Undone.').waitFor();
    assert.strictEqual(await visits.read(file), before);
    assert.strictEqual(await countChanges(), 2);
    assert.isTrue(await page.getByRole('checkbox', { name: 'Delete reports', exact: true }).isChecked());
  });

  it('is undone once from the history, where it says why it cannot be and what is not known', async () => {
    const before = await visits.read(file);
    const page = await toggle();
    await save(page).click();
    await page.getByText('Saved. 1 person changed.').waitFor();
    await page.getByRole('link', { name: 'Changes' }).click();
    await page.getByRole('button', { name: 'Undo…' }).click();
    const form = page.getByRole('form', { name: 'Undo…' });
    await form.getByRole('heading', { name: 'Undoing changes 1 person' }).waitFor();
    await form.getByLabel('Why?').fill('Too much');
    const answer = await loseAnswers(page, isUndone);
    await form.getByRole('button', { name: 'Undo' }).click();
    await message(page).getByText(unsure).waitFor();
    assert.strictEqual(await form.getByLabel('Why?').inputValue(), 'Too much');
    await answer();
    await form.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone.').waitFor();
    assert.strictEqual(await visits.read(file), before);
    assert.strictEqual(await countChanges(), 2);
  });

  it('is said to be overtaken also where what is there now cannot be loaded, and shows both once it can', async () => {
    const page = await toggle();
    await page.getByLabel('Why?').fill('Kept');
    await visits.rewrite(file, (text) => text.replace('title: Team lead', 'title: Team head'));
    // Changes are still answered, and nothing else.
    await page.route('**/v1/**', (route) => (route.request().method() === 'GET' ? route.abort() : route.fallback()));
    await save(page).click();
    await page.getByRole('alert').getByText('This cannot be saved').waitFor();
    await page
      .getByRole('alert')
      .getByText(/changed meanwhile/)
      .waitFor();
    await page.unroute('**/v1/**');
    const dialog = page.getByRole('dialog', { name: 'Team head changed while you were editing' });
    await dialog.getByRole('button', { name: 'Go on with both' }).click();
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    assert.strictEqual(await page.getByLabel('Why?').inputValue(), 'Kept');
    await save(page).click();
    await page.getByText('Saved. 1 person changed.').waitFor();
    assert.include(await visits.read(file), 'title: Team head');
    assert.strictEqual(await countChanges(), 1);
  });

  it('neither signs out nor acts as another one without saying so', async () => {
    const page = await visits.visit(admin, `${place}/roles`);
    await page.locator('.roles').waitFor();
    await page.route('**/v1/session', (route) => route.abort());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await message(page).getByText('You may still be signed in').waitFor();
    await page.getByRole('link', { name: 'Act as somebody else' }).click();
    await page.getByRole('button', { name: /^elif@acme\.example/ }).click();
    await message(page)
      .getByText(/^The sidecar did not answer$/)
      .waitFor();
    await page.unroute('**/v1/session');
    await page.getByRole('button', { name: /^elif@acme\.example/ }).click();
    await page.getByRole('heading', { name: 'Everything Elif can do' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Nobody is signed in').waitFor();
  });
});
