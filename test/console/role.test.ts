import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { signInAs, pageCall } from '../support/running-pages.ts';
import { noTests, tabTo, useBrowser, Visits } from '../support/console-visit.ts';

const admin = 'farid@acme.example';
const teamLead = '/workspaces/support-emea/roles/team-lead';
const file = 'policies/acme/support-emea.yaml';
const tests = 'policies/acme/support-emea.test.yaml';

const box = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true });
const panel = (page: Page) => page.getByRole('complementary', { name: 'What saving does' });

/** Until what is shown is the judgement of all that was moved. */
const untilJudged = (page: Page) => panel(page).locator('.effect-content:not([data-checking])').waitFor();

describe('a role that is edited', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  beforeEach(async () => {
    visits = await Visits.open(browser());
    // What tests promise of the roles would refuse nearly every change.
    await visits.rewrite(tests, noTests);
  });
  afterEach(() => visits.closeFaultless());

  /** Somebody else changes it meanwhile. */
  const changeElsewhere = async (edit: object): Promise<void> => {
    const actor = 'olu@acme.example';
    const cookie = await signInAs(visits.pages, actor);
    const edits = [{ edit: 'role.change', workspace: 'support-emea', role: 'team-lead', ...edit }];
    const { status, text } = await visits.pages.call(
      '/v1/changes',
      pageCall(visits.pages, 'POST', { actor, edits }, cookie),
    );
    assert.strictEqual(status, 200, text);
  };

  it('tells while a toggle moves who gains and who loses, and writes nothing until it is saved', async () => {
    const before = await visits.read(file);
    const page = await visits.visit(admin, teamLead);
    await panel(page).getByText('Nothing to save').waitFor();
    await box(page, 'Delete reports').click();
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    assert.match(await panel(page).innerText(), /Ana\s+loses\s+Delete reports/);
    await box(page, 'Delete conversations or mark them as spam shared').click();
    await page.getByText('taken out, not saved').waitFor();
    await panel(page).getByText('Delete conversations or mark them as spam').waitFor();
    assert.strictEqual(await visits.read(file), before);
    await page.getByLabel('Why?').fill('Reports are kept');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. 1 person changed.').waitFor();
    const after = await visits.read(file);
    assert.match(after, /without: \[conversation:delete\]/);
    assert.notInclude(after, '"report:*"');
    assert.isFalse(await page.getByRole('form', { name: 'Save' }).isVisible());
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByText('“Reports are kept”').waitFor();
  });

  it('is as it was once the same toggle is moved back, and once a change is undone', async () => {
    const before = await visits.read(file);
    const page = await visits.visit(admin, teamLead);
    await box(page, 'Delete reports').click();
    await page.getByText('1 unsaved change').waitFor();
    await box(page, 'Delete reports').click();
    await panel(page).getByText('Nothing to save').waitFor();
    await box(page, 'Assign conversations shared').click();
    await page.getByRole('button', { name: 'Undo: Assign conversations' }).click();
    await panel(page).getByText('Nothing to save').waitFor();
    await box(page, 'Block senders for the whole team').click();
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. 1 person changed.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone.').waitFor();
    assert.strictEqual(await visits.read(file), before);
  });

  it('turns on what a permission needs, and asks before it takes away what others need', async () => {
    const page = await visits.visit(admin, '/workspaces/support-emea/roles/tag-curator');
    await page.getByRole('button', { name: /^Analytics/ }).click();
    await box(page, 'Delete reports').click();
    await page.getByText('on, Delete reports needs it').waitFor();
    assert.isTrue(await box(page, 'Access analytics').isChecked());
    await box(page, 'Access analytics').click();
    await page.getByRole('heading', { name: /^Take away Access analytics/ }).waitFor();
    await page.getByRole('button', { name: 'Keep it' }).click();
    assert.isTrue(await box(page, 'Access analytics').isChecked());
    await box(page, 'Access analytics').click();
    await page.getByRole('button', { name: /^Take away all/ }).click();
    assert.isFalse(await box(page, 'Delete reports').isChecked());
    await panel(page).getByText('Nothing to save').waitFor();
  });

  it('has boxes of categories that move what a search shows, and nothing that it hides', async () => {
    const page = await visits.visit(admin, '/workspaces/support-emea/roles/auditor');
    await page.locator('.category').first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('delete');
    await page.getByText('of 40 permissions shown').waitFor({ state: 'attached' });
    await box(page, 'All of Rules').click();
    await page.getByText('1 unsaved change').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.press('Escape');
    assert.isTrue(await box(page, 'Delete rules').isChecked());
    assert.isFalse(await box(page, 'Create rules').isChecked());
    assert.isTrue(await page.locator('[aria-label="All of Rules"]:indeterminate').isVisible());
    await box(page, 'All of Rules').click();
    await page.getByText('3 unsaved changes').waitFor();
  });

  it('shows the way to more at the toggle that opens it, and cannot be saved while a test fails', async () => {
    await visits.rewrite(
      tests,
      () =>
        'tests:\n  - { name: leads hire nobody, workspace: support-emea, as: { role: team-lead }, cannot: [teammate:manage] }\n',
    );
    const page = await visits.visit(admin, teamLead);
    await page.getByRole('button', { name: /^Teammates/ }).click();
    await box(page, 'Invite and manage teammates').click();
    await page.getByText('The way up:').waitFor();
    await panel(page).getByText('Opens a way to more').waitFor();
    await panel(page).getByText('leads hire nobody').waitFor();
    assert.match(await panel(page).innerText(), /says that role Team lead cannot invite and manage teammates/);
    const save = page.getByRole('button', { name: 'Save', exact: true });
    assert.strictEqual(await save.getAttribute('aria-disabled'), 'true');
    const before = await visits.read(file);
    await save.click({ force: true });
    await page.keyboard.press('Control+s');
    assert.strictEqual(await visits.read(file), before);
  });

  it('is kept by the browser when the page is loaded anew, and asks before a link leads away', async () => {
    const page = await visits.visit(admin, teamLead);
    await box(page, 'Delete reports').click();
    await page.getByText('1 unsaved change').waitFor();
    page.on('dialog', (dialog) => void (dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss()));
    await page.reload();
    await page.getByText('1 unsaved change').waitFor();
    assert.isFalse(await box(page, 'Delete reports').isChecked());
    await page.getByRole('link', { name: /^Matrix/ }).click();
    await page.getByText('1 unsaved change').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('link', { name: /^Matrix/ }).click();
    await page.getByRole('heading', { name: 'Matrix' }).waitFor();
  });

  it('shows both when somebody else saved it meanwhile, and merges what does not collide', async () => {
    const page = await visits.visit(admin, teamLead);
    await box(page, 'Delete reports').click();
    await page.getByRole('button', { name: 'Edit name and description' }).click();
    await page.getByRole('textbox', { name: /^Description/ }).fill('Runs the shift.');
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await untilJudged(page);
    await changeElsewhere({ allow: ['sequence:access'], description: 'Looks after sequences.' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Team lead changed while you were editing' }).waitFor();
    const dialog = page.getByRole('dialog');
    assert.match(
      await dialog.innerText(),
      /Saved meanwhile[^]*gains\s+Access sequences[^]*You, not saved[^]*loses\s+Delete reports/,
    );
    await dialog.getByLabel(/Looks after sequences/).check();
    await dialog.getByRole('button', { name: 'Go on with both' }).click();
    await page.getByText('1 unsaved change').waitFor();
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await untilJudged(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. 1 person changed.').waitFor();
    const after = await visits.read(file);
    assert.include(after, 'Looks after sequences.');
    assert.include(after, 'sequence:access');
    assert.notInclude(after, 'report:*');
  });

  it('shows both as soon as a toggle is moved after somebody else saved it, and keeps what was moved of a role that is gone', async () => {
    const page = await visits.visit(admin, teamLead);
    await box(page, 'Delete reports').click();
    await untilJudged(page);
    await changeElsewhere({ disallow: ['contact:block'] });
    await box(page, 'Assign conversations shared').click();
    await page.getByRole('heading', { name: 'Team lead changed while you were editing' }).waitFor();
    assert.match(await page.getByRole('dialog').innerText(), /Saved meanwhile[^]*loses\s+Block senders/);
    await page.keyboard.press('Escape');
    await page.getByText('2 unsaved changes').waitFor();
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    assert.isNull(await page.getByRole('button', { name: 'Save', exact: true }).getAttribute('aria-disabled'));
    await visits.rewrite(file, (text) => text.replaceAll('team-lead', 'shift-lead'));
    await box(page, 'Assign conversations shared').click();
    await page.getByText('Team lead is not there any more').waitFor();
    await page.getByText('1 unsaved change').waitFor();
    assert.isFalse(await box(page, 'Delete reports').isChecked());
  });

  it('is edited and saved by the keyboard alone', async () => {
    const page = await visits.visit(admin, teamLead);
    await page.locator('.category').first().waitFor();
    await tabTo(page, /^Assign conversations shared$/);
    await page.keyboard.press('Space');
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await tabTo(page, /^Save$/);
    await page.keyboard.press('Enter');
    await page.getByText('Saved. 1 person changed.').waitFor();
    assert.notInclude(await visits.read(file), 'conversation:assign');
    // The bar is gone, and with it the button that had the focus: it is where something was changed last.
    await page.locator(':focus').and(box(page, 'Assign conversations shared')).waitFor();
    await page.keyboard.press('Space');
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('1 unsaved change').waitFor({ state: 'detached' });
    assert.include(await visits.read(file), 'conversation:assign');
  });

  it('has the focus where something was changed last, also where the bar that saves came after the focus had moved on', async () => {
    const page = await visits.visit(admin, teamLead);
    let arrive = (): void => undefined;
    const held = new Promise<void>((resolve) => (arrive = resolve));
    await page.route(/\/save-bar-/, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(page.url());
    await tabTo(page, /^Assign conversations shared$/);
    await page.keyboard.press('Space');
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await tabTo(page, /^Delete reports$/);
    arrive();
    await page.getByText('1 unsaved change').waitFor();
    await tabTo(page, /^Save$/);
    await page.keyboard.press('Enter');
    await page.getByText('Saved. 1 person changed.').waitFor();
    await page.locator(':focus').and(box(page, 'Assign conversations shared')).waitFor();
  });

  it('says that it cannot be saved now while the sidecar does not answer, and goes on by itself once it does', async () => {
    const page = await visits.visit(admin, teamLead);
    await page.locator('.category').first().waitFor();
    await page.route('**/v1/changes?preview', (route) => route.abort());
    await box(page, 'Delete reports').click();
    await panel(page).getByRole('heading', { name: 'This cannot be saved now' }).waitFor();
    await page.locator('#save-cannot').getByText('This cannot be saved now').waitFor();
    await page.unroute('**/v1/changes?preview');
    await panel(page).getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    const others = visits.faults.splice(0).filter((fault) => !fault.includes('net::ERR_FAILED'));
    visits.faults.push(...others);
  });

  it('is only looked at where it is built in, or by who may not change roles', async () => {
    const page = await visits.visit(admin, '/workspaces/support-emea/roles/workspace-admin');
    await page.getByText('The same in every workspace').waitFor();
    assert.strictEqual(await page.getByRole('checkbox').count(), 0);
    await page.getByRole('link', { name: 'Create a role from it' }).click();
    assert.isTrue(await page.getByRole('radio', { name: /^Workspace admin/ }).isChecked());
  });
});
