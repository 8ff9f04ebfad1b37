import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { companyFiles } from '../support/company-pages.ts';
import { useBrowser, Visits } from '../support/console-visit.ts';

const admin = 'farid@acme.example';
const preview = '/workspaces/support-emea/preview';

describe('the preview of a workspace', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  before(async () => {
    visits = await Visits.open(browser(), { files: companyFiles() });
  });
  after(async () => {
    const { faults } = visits;
    await visits.close();
    assert.deepEqual(faults, []);
  });

  const row = (page: Page, title: string) => page.locator('.read-row').filter({ hasText: title });

  it('shows what a person sees now and on a day, what gives it, and what is different then', async () => {
    const page = await visits.visit(admin, '/workspaces/support-emea/members/user/bo%40acme.example');
    await page.locator('main').getByRole('link', { name: 'Preview' }).click();
    await page.getByText('Holds then: Trainee').waitFor();
    assert.match(await row(page, 'Send comments').innerText(), /through Trainee/);
    assert.strictEqual(await page.locator('label', { hasText: 'Different' }).count(), 0);
    await page.getByLabel('On', { exact: true }).fill('2027-06-01');
    await page.getByText('Holds then: Standard access').waitFor();
    await page.locator('label', { hasText: 'Different' }).click();
    assert.match(await row(page, 'Send messages').innerText(), /cannot now/);
    assert.match(page.url(), /subject=.*&at=2027-06-01/);
    await page.reload();
    await page.getByText('Holds then: Standard access').waitFor();
  });

  it('shows what a set of roles would see, and which denies what another gives', async () => {
    const page = await visits.visit(admin, `${preview}?roles=team-lead`);
    await page.getByText('Holds then: Team lead').waitFor();
    await page.getByRole('checkbox', { name: 'Auditor' }).click();
    await page.getByText('Holds then: Team lead and Auditor').waitFor();
    assert.match(await row(page, 'Assign conversations').innerText(), /denied by Auditor/);
    assert.match(page.url(), /roles=team-lead(?:%2C|,)auditor/);
  });

  it('shows what nobody has saved yet: of the role, and of who holds it', async () => {
    const page = await visits.visit(admin, '/workspaces/support-emea/roles/team-lead');
    await page.getByRole('button', { name: 'Sequences' }).click();
    await page.getByRole('checkbox', { name: 'Access sequences' }).click();
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await page.locator('main').getByRole('link', { name: 'Preview' }).click();
    const draft = page.getByRole('checkbox', { name: 'With what is not saved of Team lead' });
    await draft.waitFor();
    await row(page, 'Access sequences').getByText('cannot now').waitFor();
    await draft.click();
    await row(page, 'Access sequences').getByText('cannot now').waitFor({ state: 'detached' });
    await page.goto(`${visits.pages.address}/console${preview}?subject=ana%40acme.example`);
    await page.locator('label', { hasText: 'Different' }).click();
    await row(page, 'Access sequences').getByText('cannot now').waitFor();
  });
});
