import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { noTests, tabTo, useBrowser, Visits } from '../support/console-visit.ts';

const admin = 'farid@acme.example';
const roles = '/workspaces/support-emea/roles';

const titlesOf = (page: Page): Promise<string[]> => page.locator('.role-row .role-name > a').allInnerTexts();

async function untilTitles(page: Page, titles: readonly string[]): Promise<void> {
  for (let turn = 0; turn < 50 && String(await titlesOf(page)) !== String(titles); turn += 1)
    await page.waitForTimeout(100);
  assert.deepEqual(await titlesOf(page), titles);
}

async function untilCount(page: Page, count: number): Promise<void> {
  for (let turn = 0; turn < 50 && (await titlesOf(page)).length !== count; turn += 1) await page.waitForTimeout(100);
  assert.lengthOf(await titlesOf(page), count);
}

describe('the roles of a workspace', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  beforeEach(async () => {
    visits = await Visits.open(browser());
  });
  afterEach(() => visits.closeFaultless());

  it('are told with their holders and against what they follow, built-in ones apart', async () => {
    const page = await visits.visit(admin, roles);
    await untilTitles(page, [
      'Standard access',
      'Workspace admin',
      'Company admin',
      'Auditor',
      'Tag curator',
      'Team lead',
      'Trainee',
    ]);
    const row = page.getByRole('row', { name: /^Auditor/ });
    assert.match(await row.innerText(), /1 person\s+1 more, 6 fewer\s+than Standard access, and denies 25/);
    assert.match(await page.getByRole('row', { name: /^Trainee/ }).innerText(), /2 fewer\s+than Standard access/);
    assert.match(
      await page.getByRole('row', { name: /^Standard access/ }).innerText(),
      /default[^]*4 people\s+8 permissions/,
    );
  });

  it('are found by name, by permission and by person, and the search can be sent to somebody', async () => {
    const page = await visits.visit(admin, roles);
    await page.locator('.roles').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('assign');
    await untilTitles(page, ['Workspace admin', 'Company admin', 'Team lead']);
    assert.match(await page.getByRole('row', { name: /^Team lead/ }).innerText(), /Assign conversations|assigns/);
    await page.keyboard.press('Escape');
    await untilCount(page, 7);
    await page.keyboard.type('quinn@');
    await untilTitles(page, ['Standard access', 'Auditor']);
    assert.match(page.url(), /\?q=quinn%40$/);
    const other = await visits.visit(admin, `${roles}?q=quinn@`);
    await untilTitles(other, ['Standard access', 'Auditor']);
    await other.getByRole('searchbox').fill('nothing like it');
    await other.getByText('Nothing is called “nothing like it”').waitFor();
    await other.getByRole('button', { name: 'Clear the search' }).click();
    await untilCount(other, 7);
  });

  it('get a new one that follows another, with what it begins with shown before', async () => {
    const page = await visits.visit(admin, roles);
    await page.getByRole('link', { name: 'Create role' }).click();
    await page.getByLabel('Name').fill('Night desk');
    await page.getByText('Night desk begins with 8 permissions').waitFor();
    await page.getByText('All 40 tests pass').waitFor();
    await page.getByRole('button', { name: 'Create role' }).click();
    await page.getByRole('heading', { name: 'Night desk', level: 1 }).waitFor();
    const text = await visits.read('policies/acme/support-emea.yaml');
    assert.match(text, /night-desk:\n\s+title: Night desk\n\s+extends: member/);
  });

  it('get a copy of another, and one from nothing', async () => {
    const page = await visits.visit(admin, `/workspaces/support-emea/create?from=team-lead`);
    await page.getByLabel('Copy a role').check();
    await page.getByLabel('Name').fill('Lead of nights');
    await page.getByText('Lead of nights begins with 21 permissions').waitFor();
    await page.getByText('All 40 tests pass').waitFor();
    await page.getByRole('button', { name: 'Create role' }).click();
    await page.getByRole('heading', { name: 'Lead of nights', level: 1 }).waitFor();
    await page.goto(`${visits.pages.address}/console/workspaces/support-emea/create`);
    await page.getByLabel('Nothing').check();
    await page.getByLabel('Name').fill('Reader');
    await page.getByText('Reader begins with 0 permissions').waitFor();
    await page.getByRole('button', { name: 'Create role' }).click();
    await page.getByRole('heading', { name: 'Reader', level: 1 }).waitFor();
  });

  it('refuse an id that was used once, and say so before anything is pressed', async () => {
    const page = await visits.visit(admin, '/workspaces/support-emea/create');
    await page.getByLabel('Name').fill('QA lead');
    await page.getByRole('heading', { name: 'It cannot be created like this' }).waitFor();
    const create = page.getByRole('button', { name: 'Create role' });
    assert.strictEqual(await create.getAttribute('aria-disabled'), 'true');
  });

  it('lose one by the keyboard alone: who is affected is listed, each gets what is chosen for them', async () => {
    await visits.rewrite('policies/acme/support-emea.test.yaml', noTests);
    const page = await visits.visit(admin, roles);
    await page.locator('.roles').waitFor();
    await tabTo(page, /^More about Tag curator$/);
    await page.keyboard.press('Enter');
    await tabTo(page, /^Delete…$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Delete Tag curator?' }).waitFor();
    await page.getByText('Loses 4').waitFor();
    assert.strictEqual(await page.locator(':focus').innerText(), 'Keep the role');
    await tabTo(page, /^What Chloe gets instead$/, 'Shift+Tab');
    await page.keyboard.type('Trainee');
    await page.getByText('Loses 6').waitFor();
    await tabTo(page, /^Delete role, change 1 person$/);
    await page.keyboard.press('Enter');
    await page.getByText('Tag curator was deleted.').waitFor();
    const after = await visits.read('policies/acme/support-emea.yaml');
    assert.match(after, /chloe@acme.example: trainee/);
    assert.match(after, /tag-curator: member/);
    assert.notInclude(await titlesOf(page), 'Tag curator');
    // What opened the dialog is gone with the role.
    await page.locator('#main:focus').waitFor();
  });

  it('are seen by who keeps them alone: others see themselves, and no address leads further', async () => {
    const page = await visits.visit('bo@acme.example', '/');
    await page.getByRole('heading', { name: 'Everything Bo can do' }).waitFor();
    assert.deepEqual(
      await page.getByRole('navigation', { name: 'Roles and permissions' }).getByRole('link').allInnerTexts(),
      ['My access'],
    );
    for (const path of ['roles/team-lead', 'members', 'matrix', 'changes', 'ask', 'create']) {
      await page.goto(`${visits.pages.address}/console/workspaces/support-emea/${path}`);
      await page.getByText('Roles are kept by others here').waitFor();
      assert.notMatch(await page.locator('main').innerText(), /ana@|Tag curator/);
    }
    for (const path of ['roles', 'members', 'own']) {
      await page.goto(`${visits.pages.address}/console/workspaces/sales/${path}`);
      await page.getByText('There is no such workspace').waitFor();
    }
  });
});
