import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { companyFiles } from '../support/company-pages.ts';
import { tabTo, useBrowser, violationsOf, Visits } from '../support/console-visit.ts';

const admin = 'farid@acme.example';
const workspace = '/workspaces/support-emea';
const file = 'policies/acme/support-emea.yaml';
const script = '<img src=x onerror="document.title=1">';

/** The workspace with so many who hold one role that they are listed in pages, and some whose names mean harm. */
function filesOfMany(): Record<string, string> {
  const files = companyFiles();
  const many = Array.from(
    { length: 130 },
    (_, index) => `  p${String(index).padStart(3, '0')}@acme.example: team-lead\n`,
  );
  const odd = `  "<b>zoe</b>@acme.example": { roles: [team-lead], properties: { name: ${JSON.stringify(script)} } }
  "zyx-${'m'.repeat(190)}": team-lead
  "zz-مدير": [{ role: team-lead, until: 2027-01-15, reason: "\\u202eelor" }]
`;
  return { ...files, [file]: `${files[file] ?? ''}${many.join('')}${odd}` };
}

describe('members that are many', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  let visits: Visits;
  before(async () => {
    visits = await Visits.open(browser(), { files: filesOfMany(), now: () => Date.parse('2027-01-01T00:00:00Z') });
  });
  after(() => visits.close());
  afterEach(() => assert.deepEqual(visits.faults, []));

  const requireSound = async (page: Page): Promise<void> => {
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1280, 320]) {
        await page.setViewportSize({ width, height: 800 });
        assert.deepEqual(await violationsOf(page), [], `${colorScheme}, ${width}`);
        assert.isAtMost(await page.evaluate<number>(overhang), 0, `${colorScheme}, ${width}`);
      }
    }
  };

  it('hold a role: all of them are listed, page by page, and are found by the sidecar, whoever they are', async () => {
    const page = await visits.visit(admin, `${workspace}/roles/team-lead/members`);
    const holders = page.locator('.choices li');
    // Ana, Ravi or whoever else is there, the many, and the odd.
    await page.getByText(/^50 of 134$/).waitFor();
    assert.strictEqual(await holders.count(), 50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText(/^100 of 134$/).waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' });
    assert.strictEqual(await holders.count(), 134);
    const found = page.getByRole('searchbox');
    await found.fill('P129');
    await page.getByText('1 person', { exact: true }).waitFor();
    await page.getByText('p129').waitFor();
    await found.fill('onerror');
    await page.getByText(script, { exact: true }).waitFor();
    await requireSound(page);
    await found.fill('chloe');
    await page.getByText('Nobody is called “chloe”').waitFor();
    await page.getByRole('button', { name: 'Clear the search' }).click();
    // What was listed before is kept.
    await holders.nth(133).waitFor();
    assert.notStrictEqual(await page.title(), '1');
  });

  it('are narrowed by role, time and group, which the address keeps, and are all there again', async () => {
    const page = await visits.visit(admin, `${workspace}/members`);
    await page.locator('.members').waitFor();
    await page.getByLabel('Which role they hold').selectOption('trainee');
    await page.getByRole('row', { name: /^ana@/ }).waitFor({ state: 'detached' });
    assert.strictEqual(await page.locator('.role-row').count(), 1);
    await page.getByRole('row', { name: /^bo@/ }).waitFor();
    await page.getByLabel('Which role they hold').selectOption('');
    await page.getByRole('radio', { name: 'Ending soon' }).check({ force: true });
    await page.getByRole('row', { name: /^bo@/ }).waitFor({ state: 'detached' });
    assert.match(await page.locator('.role-row').innerText(), /zz-مدير/);
    await page.getByRole('radio', { name: 'With a date' }).check({ force: true });
    await page.getByRole('row', { name: /^bo@/ }).waitFor();
    assert.match(page.url(), /[?&]time=dated/);
    await page.reload();
    await page.getByRole('row', { name: /^bo@/ }).waitFor();
    assert.strictEqual(await page.locator('.role-row').count(), 2);
    assert.isTrue(await page.getByRole('radio', { name: 'With a date' }).isChecked());
    await page.getByLabel('How it was given').selectOption('group');
    await page.getByText('Nobody here is like that').waitFor();
    await requireSound(page);
    await page.getByRole('button', { name: 'Show everybody' }).click();
    await page.getByText(/^50 of \d+$/).waitFor();
    assert.notInclude(page.url(), '?');
    await requireSound(page);
  });

  it('of a group are found from whoever is in it, by keyboard', async () => {
    const page = await visits.visit(admin, `${workspace}/members?q=elif`);
    await page.getByRole('row', { name: /^elif@/ }).waitFor();
    await tabTo(page, /^Only those by group .*emea-support/);
    await page.keyboard.press('Enter');
    const given = page.getByRole('button', { name: /^Not only those by group/ });
    await given.waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('row', { name: /^chloe@/ }).waitFor();
    assert.strictEqual(await page.locator('.role-row').count(), 2);
    await given.click();
    await page.getByRole('row', { name: /^ana@/ }).waitFor();
  });

  it('are not found by a role or group that is not there, which the page says', async () => {
    const page = await visits.visit(admin, `${workspace}/members?role=nothing`);
    await page.getByText('Members could not be loaded').waitFor();
    await page.getByLabel('Which role they hold').selectOption('auditor');
    await page.getByRole('row', { name: /^quinn@/ }).waitFor();
    await page.goto(`${visits.pages.address}/console${workspace}/members?time=whenever`);
    await page.getByText(/^50 of \d+$/).waitFor();
  });
});
