import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { tabTo, useBrowser, violationsOf, Visits } from '../support/console-visit.ts';
import { followBranch } from '../support/followed-branch.ts';
import { PushedPolicy } from '../support/pushed-policy.ts';
import {
  madeReview,
  reviewedFiles,
  reviewedFindings,
  writtenReview,
  type WrittenReview,
} from '../support/written-review.ts';

const ada = 'ada@acme.example';
const path = '/workspaces/support/review';

describe('the page of a review', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  let policy: PushedPolicy;
  let visits: Visits;
  let review: WrittenReview;
  let close: () => Promise<void>;
  before(async () => {
    const findings = Object.values(reviewedFindings());
    const about = { organization: 'acme', workspace: 'support', role: 'lead' };
    const use = { count: 64, first: '2026-09-01T08:00:00Z', last: '2026-11-27T08:00:00Z' };
    const used = [{ permission: 'doc:edit', ...use }];
    review = await writtenReview(madeReview(findings, { roles: [{ about, holders: 1, used }] as never }));
    policy = await PushedPolicy.create(reviewedFiles());
    const { live, desk, close: end } = followBranch(policy, 'pages');
    close = end;
    await live.reload('start');
    visits = await Visits.open(browser(), { live, changes: desk, isChanged: false, review: review.file });
  });
  after(async () => {
    const { faults } = visits;
    await visits.close();
    await close();
    await policy.dispose();
    await review.dispose();
    // The browser tells of the one answer that said that the review was broken.
    assert.deepEqual(faults, [
      'Failed to load resource: the server responded with a status of 503 (Service Unavailable)',
    ]);
  });

  const rowOf = (page: Page, what: string) => page.getByRole('listitem').filter({ hasText: what }).first();

  it('keeps, accepts and takes away, each with the way back, by mouse', async () => {
    const page = await visits.visit(ada, path);
    await page.getByRole('link', { name: 'Review', exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Permissions nobody used' }).waitFor();
    const wipe = rowOf(page, 'in Lead');
    await wipe.getByText('held by Ana').waitFor();
    await wipe.getByText('What the role was used for').click();
    await wipe.getByText('Edit: 64 times, last 27 Nov').waitFor();
    await page.getByText('0 of 8 decided').waitFor();
    // Kept: in this browser, also when the page is loaded anew, and taken back.
    const keep = page.getByRole('button', { name: 'Keep Wipe' });
    await keep.click();
    await page.getByText('1 of 8 decided').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Keep Wipe', pressed: true }).click();
    await page.getByText('0 of 8 decided').waitFor();
    // Taken away, with its effect shown before, and undone.
    await page.getByRole('button', { name: 'Take away… Wipe' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Ana' }).waitFor();
    await dialog.locator('.effect:not([data-checking])').waitFor();
    await dialog.getByRole('button', { name: 'Take it away' }).click();
    await page.getByText('The role does not give it any more.').waitFor();
    assert.notInclude(policy.read('policies/acme/support.yaml'), 'extends: member, grants: [doc:edit, doc:wipe]');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('button', { name: 'Take away… Wipe' }).waitFor();
    assert.include(policy.read('policies/acme/support.yaml'), 'extends: member, grants: [doc:edit, doc:wipe]');
  });

  it('proposes what is accepted, with a reason and an end, where others keep roles.yaml', async () => {
    const page = await visits.visit(ada, path);
    await page.getByRole('button', { name: 'Accept… Spare' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Until').waitFor();
    // The label of one field does not stick to the field above it.
    const apart = 'parseFloat(getComputedStyle(document.getElementById("waive")).rowGap)';
    assert.isAtLeast(await page.evaluate<number>(apart), 8);
    await dialog.getByLabel('Until').fill('2020-01-01');
    await dialog.getByLabel('Why').press('Enter');
    await dialog.getByText('Say why it is to stay.').waitFor();
    await dialog.getByText('Choose a day that is yet to come.').waitFor();
    await dialog.getByLabel('Why').fill('for the summer');
    await dialog.getByLabel('Until').fill('2098-06-30');
    await dialog.getByRole('button', { name: 'Propose…' }).click();
    await page.getByText(/^Proposed as /).waitFor();
    const branches = policy.git('for-each-ref', '--format=%(refname:short)', 'refs/heads').split('\n');
    const proposed = branches.find((one) => one !== 'main' && one !== '') ?? '';
    assert.match(
      policy.git('show', `${proposed}:roles.yaml`),
      /role: spare, reason: for the summer, until: 2098-06-30/,
    );
    assert.notInclude(policy.read('roles.yaml'), 'for the summer');
    await page.getByRole('button', { name: 'Take away… Spare' }).waitFor();
  });

  it('is accepted at once by who keeps it, and says until when', async () => {
    const page = await visits.visit('mia@vendor.example', path);
    await page.getByRole('button', { name: 'Accept… Twin' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('two teams');
    await dialog.getByLabel('Until').fill('2098-01-31');
    await dialog.getByRole('button', { name: 'Accept it' }).click();
    await page.getByText('accepted until 31 Jan 2098').waitFor();
    await page.getByText('two teams').waitFor();
    assert.include(policy.read('roles.yaml'), 'reason: two teams');
  });

  it('is accepted no more, by keyboard, proposed by who does not keep it, and undone', async () => {
    const page = await visits.visit(ada, path);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Accept no more… Twin' }).click();
    await dialog.getByText('Nobody gains or loses anything by this.').waitFor();
    await dialog.getByRole('button', { name: 'Propose…' }).and(dialog.locator(':not([aria-disabled])')).click();
    await page.getByText(/^Proposed as /).waitFor();
    assert.include(policy.read('roles.yaml'), 'reason: two teams');
    const kept = await visits.visit('mia@vendor.example', path);
    await kept.getByRole('button', { name: 'Accept no more… Twin' }).waitFor();
    await tabTo(kept, /^Accept no more… Twin/);
    await kept.keyboard.press('Enter');
    const asked = kept.getByRole('dialog');
    await asked.getByText('Nobody gains or loses anything by this.').waitFor();
    await asked.locator('.effect:not([data-checking])').waitFor();
    await tabTo(kept, /^Accept it no more/);
    await kept.keyboard.press('Enter');
    await kept.getByRole('button', { name: 'Accept… Twin' }).waitFor();
    assert.notInclude(policy.read('roles.yaml'), 'two teams');
    await tabTo(kept, /^Undo$/);
    await kept.keyboard.press('Enter');
    await kept.getByText('accepted until 31 Jan 2098').waitFor();
    assert.include(policy.read('roles.yaml'), 'reason: two teams');
  });

  it('takes away by keyboard, and does nothing by what somebody else changed meanwhile', async () => {
    const page = await visits.visit(ada, path);
    await page.getByRole('heading', { name: 'People who asked for nothing' }).waitFor();
    await tabTo(page, /^Take away… Jo/);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Jo', exact: true }).waitFor();
    await dialog.locator('.effect:not([data-checking])').waitFor();
    await visits.pages.live.reload('request');
    const body = {
      actor: 'mia@vendor.example',
      edits: [
        {
          edit: 'member.set',
          workspace: 'support',
          subject: 'jo@acme.example',
          roles: [{ role: 'member', reason: 'back' }],
        },
      ],
      write: 'commit',
    };
    const other = await visits.visit('mia@vendor.example', path);
    const status = await other.evaluate(async (text) => {
      const headers = { 'X-Rolebook-Session': 'page', 'Content-Type': 'application/json' };
      return (await fetch('/v1/changes', { method: 'POST', headers, body: text })).status;
    }, JSON.stringify(body));
    assert.strictEqual(status, 200);
    await tabTo(page, /^Take it away/);
    await page.keyboard.press('Enter');
    await dialog.getByText('Somebody changed this meanwhile.', { exact: false }).waitFor();
    await dialog.locator('.effect:not([data-checking])').waitFor();
    assert.include(policy.read('policies/acme/support.yaml'), 'back');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    // The focus is where it was, and what is shown now may be taken.
    await page.keyboard.press('Enter');
    await dialog.getByRole('heading', { name: 'Jo', exact: true }).waitFor();
    await dialog.locator('.effect:not([data-checking])').waitFor();
    await tabTo(page, /^Take it away/);
    await page.keyboard.press('Enter');
    await page.getByText('It is not held like that any more.').first().waitFor();
    assert.notInclude(policy.read('policies/acme/support.yaml'), 'jo@acme.example');
  });

  it('is not there for who sees nothing but themselves, and says when it is broken or empty', async () => {
    const own = await visits.visit('ana@acme.example', path);
    await own
      .getByRole('link', { name: 'See my access' })
      .or(own.getByText(/kept by others/))
      .first()
      .waitFor();
    assert.strictEqual(await own.getByRole('link', { name: 'Review', exact: true }).count(), 0);
    const sales = await visits.visit('sal@acme.example', '/workspaces/sales/review');
    await sales.getByRole('heading', { name: 'Nothing to take away' }).waitFor();
    assert.deepEqual(await violationsOf(sales), []);
    const before = JSON.stringify(await review.file.read());
    await review.write('{');
    await sales.reload();
    await sales
      .getByRole('heading', { name: /Review/ })
      .first()
      .waitFor();
    await sales.getByRole('alert').waitFor({ timeout: 30_000 });
    await review.write(before);
    await sales.getByRole('button', { name: 'Try again' }).click();
    await sales.getByRole('heading', { name: 'Nothing to take away' }).waitFor();
  });

  for (const [colorScheme, forcedColors] of [
    ['light', 'none'],
    ['dark', 'none'],
    ['light', 'active'],
  ] as const) {
    for (const width of forcedColors === 'none' ? [1280, 320] : [640]) {
      const how = forcedColors === 'none' ? colorScheme : 'forced colours';
      it(`has nothing that axe is against and fits, ${how}, ${width} pixels wide`, async () => {
        const options = { colorScheme, forcedColors, viewport: { width, height: 800 } };
        const page = await visits.visit(ada, path, options);
        await page.getByRole('button', { name: 'Keep Wipe' }).click();
        await page.getByText('Kept in this browser', { exact: false }).waitFor();
        assert.deepEqual(await violationsOf(page), []);
        const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
        assert.isAtMost(widest, width);
        for (const act of ['Take away…', 'Accept…']) {
          await page.getByRole('button', { name: `${act} Idle` }).click();
          await page.getByRole('dialog').waitFor();
          assert.deepEqual(await violationsOf(page), [], act);
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
        }
      });
    }
  }
});
