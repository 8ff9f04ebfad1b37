import { assert } from 'chai';
import type { LivePolicy } from '../../src/store/live/live-policy.ts';
import { useBrowser, Visits } from '../support/console-visit.ts';
import { followBranch } from '../support/followed-branch.ts';
import { PushedPolicy, pushedFiles, supportFile } from '../support/pushed-policy.ts';

const test = `tests:
  - { name: writers write, workspace: support, as: { role: writer }, can: [doc:edit] }
`;

describe('a change that may be proposed', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let policy: PushedPolicy;
  let visits: Visits;
  let close: () => Promise<void>;
  let live: LivePolicy;
  before(async () => {
    policy = await PushedPolicy.create({ ...pushedFiles, 'policies/support.test.yaml': test });
    const followed = followBranch(policy, 'pages');
    ({ live, close } = followed);
    await live.reload('start');
    visits = await Visits.open(browser(), { live, changes: followed.desk, isChanged: false });
  });
  after(async () => {
    const { faults } = visits;
    await visits.close();
    await close();
    await policy.dispose();
    assert.deepEqual(faults, []);
  });

  it('is saved at once or proposed; where tests fail it is proposed with what they promise, and listed', async () => {
    const page = await visits.visit('ana@acme.example', '/workspaces/support/roles/writer');
    await page.getByRole('checkbox', { name: 'Edit' }).click();
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await page.getByText(/^Tests fail, so it cannot be saved at once/).waitFor();
    const save = page.getByRole('button', { name: 'Save', exact: true });
    assert.strictEqual(await save.getAttribute('aria-disabled'), 'true');
    const before = policy.git('rev-parse', 'refs/heads/main');
    await page.getByRole('button', { name: 'Propose…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 promise of the tests changes with it').waitFor();
    await dialog.getByText('writers write', { exact: true }).waitFor();
    await dialog.getByText(/^The one test passes$/).waitFor();
    // Its answer is lost: it is said in the dialog, and pressed again.
    const isMade = (url: URL): boolean => url.pathname === '/v1/changes' && url.search === '';
    await page.route(isMade, async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      await route.fetch();
      return route.abort();
    });
    await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
    await dialog
      .getByRole('alert')
      .getByText(/^Whether it was done is not known/)
      .waitFor();
    await page.unroute(isMade);
    await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
    await page.getByText(/^Proposed as .*Nothing changes until it is merged/).waitFor();
    assert.strictEqual(policy.git('rev-parse', 'refs/heads/main'), before);
    assert.lengthOf(
      visits.faults.splice(0).filter((fault) => !fault.includes('net::ERR_FAILED')),
      0,
    );
    const branches = policy.git('for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n');
    const [proposed = '', ...others] = branches.filter((one) => one !== 'main' && one !== '');
    assert.deepEqual(others, []);
    assert.match(policy.git('show', `${proposed}:policies/support.test.yaml`), /cannot: \[doc:edit\]/);
    await page.getByRole('link', { name: 'Changes' }).click();
    await page.getByRole('heading', { name: 'Proposed from this browser' }).waitFor();
    await page.getByText(proposed, { exact: true }).waitFor();
    // What tests have nothing against is saved at once, or proposed, as one chooses.
    await page.goto(`${visits.pages.address}/console/workspaces/support/members`);
    await page.getByRole('button', { name: 'Give a role' }).click();
    await page.getByLabel('To whom').fill('new@acme.example');
    await page.getByText('Save at once').waitFor();
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await page.getByText('Propose', { exact: true }).click();
    const propose = page.getByRole('button', { name: 'Propose…' });
    await page.locator('.give-effect:not([data-checking])').waitFor();
    await propose.click();
    await page.getByText(/^Proposed as /).waitFor();
    assert.strictEqual(policy.git('rev-parse', 'refs/heads/main'), before);
  });

  it('is refused where somebody else was faster: the dialog gives way to the one that shows both, and nothing is lost', async () => {
    const page = await visits.visit('ana@acme.example', '/workspaces/support/roles/writer');
    await page.getByRole('checkbox', { name: 'Edit' }).click();
    await page.getByLabel('Why?').fill('They read');
    await page.getByText(/^Tests fail, so it cannot be saved at once/).waitFor();
    await page.getByRole('button', { name: 'Propose…' }).click();
    const proposing = page.getByRole('dialog', { name: 'Propose' });
    await proposing.getByText(/^The one test passes$/).waitFor();
    policy.pushByHand(supportFile, (text) => text.replace('writer: {', 'writer: { title: Author,'));
    await live.reload('request');
    await proposing.getByRole('button', { name: 'Propose', exact: true }).click();
    const conflict = page.getByRole('dialog', { name: 'Author changed while you were editing' });
    await conflict.getByRole('button', { name: 'Go on with both' }).click();
    await conflict.waitFor({ state: 'detached' });
    assert.strictEqual(await page.getByRole('dialog').count(), 0);
    assert.strictEqual(await page.getByLabel('Why?').inputValue(), 'They read');
    await page.getByText(/^Tests fail, so it cannot be saved at once/).waitFor();
    await page.getByRole('button', { name: 'Propose…' }).click();
    await proposing.getByText(/^The one test passes$/).waitFor();
    await proposing.getByRole('button', { name: 'Propose', exact: true }).click();
    await page.getByText(/^Proposed as /).waitFor();
  });
});
