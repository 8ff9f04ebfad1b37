import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { noTests, useBrowser, Visits } from '../support/console-visit.ts';
import { openDatabasePages } from '../support/database-pages.ts';
import { ownPolicyFiles } from '../support/example-files.ts';
import { followBranch } from '../support/followed-branch.ts';
import { createGitPolicy } from '../support/git-policy.ts';
import { PushedPolicy } from '../support/pushed-policy.ts';
import type { PagesSetup } from '../support/running-pages.ts';

const admin = 'farid@acme.example';
const home = '/workspaces/support-emea';

/** A policy somewhere, with the way in which it is changed there. */
interface Place {
  readonly setup: PagesSetup;
  readonly close: () => Promise<void>;
}

/** The policy of this repository, whose tests promise nothing of roles. */
function files(): Record<string, string> {
  return { ...ownPolicyFiles(), 'policies/acme/support-emea.test.yaml': noTests() };
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  'a folder': () => Promise.resolve({ setup: { files: files() }, close: () => Promise.resolve() }),
  'commits of a folder': async () => {
    const repository = await createGitPolicy(files());
    repository.commit('First');
    const setup = { root: repository.root, writing: { kind: 'commit' } } as const;
    return { setup, close: () => repository.dispose() };
  },
  'a branch that is pushed to': async () => {
    const policy = await PushedPolicy.create(files());
    const { live, desk, close } = followBranch(policy, 'pages');
    await live.reload('start');
    const end = async (): Promise<void> => {
      await close();
      await policy.dispose();
    };
    return { setup: { live, changes: desk, isChanged: false }, close: end };
  },
  'a database': () => openDatabasePages(files()),
};

const decides = async (visits: Visits, id: string, permission: string): Promise<boolean> => {
  const body = { subject: id, workspace: 'support-emea', permission };
  const { json } = await visits.pages.call('/v1/enforce', { method: 'POST', body });
  return (json as { decision: boolean }).decision;
};

async function goTo(visits: Visits, page: Page, path: string): Promise<void> {
  await page.goto(`${visits.pages.address}/console${home}${path}`);
}

/** A role is made, moved, given, copied, looked at, taken away, deleted and brought back. */
async function live(visits: Visits, page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Create role' }).click();
  await page.getByLabel('Name').fill('Night desk');
  await page.getByText('Night desk begins with 8 permissions').waitFor();
  await page.getByRole('button', { name: 'Create role' }).click();
  await page.getByRole('heading', { name: 'Night desk', level: 1 }).waitFor();
  await page.getByRole('button', { name: /^Sequences/ }).click();
  await page.getByRole('checkbox', { name: 'Access sequences' }).click();
  await page.getByRole('heading', { name: 'Saving changes nobody' }).waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/^Saved\./).waitFor();

  await goTo(visits, page, '/members');
  await page.getByRole('button', { name: 'Give a role' }).click();
  await page.getByLabel('To whom').fill('elif@acme.example, new@acme.example');
  await page.getByLabel('Role', { exact: true }).selectOption('night-desk');
  await page.getByLabel(/^Until/).fill('2099-12-31');
  await page.getByLabel(/^Why/).fill('The winter');
  await page.getByRole('heading', { name: 'Saving changes 2 people' }).waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Night desk was given.').waitFor();
  for (const id of ['elif@acme.example', 'new@acme.example'])
    assert.isTrue(await decides(visits, id, 'sequence:access'));
  assert.isFalse(await decides(visits, 'jonas@acme.example', 'sequence:access'));

  await goTo(visits, page, '/members/user/elif%40acme.example');
  await page.getByText('through Night desk').first().waitFor();
  await page.getByRole('button', { name: 'Take away Night desk' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take away Night desk' }).click();
  await page.getByText('Night desk was taken away.').waitFor();
  assert.isFalse(await decides(visits, 'elif@acme.example', 'sequence:access'));

  await goTo(visits, page, '/create?from=night-desk');
  await page.getByLabel('Copy a role').check();
  await page.getByLabel('Name').fill('Day desk');
  await page.getByText('Day desk begins with 9 permissions').waitFor();
  await page.getByRole('button', { name: 'Create role' }).click();
  await page.getByRole('heading', { name: 'Day desk', level: 1 }).waitFor();

  await goTo(visits, page, '/roles');
  await page.getByRole('button', { name: 'More about Night desk' }).click();
  await page.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Delete role, change 1 person' }).click();
  await page.getByText('Night desk was deleted.').waitFor();
  assert.isFalse(await decides(visits, 'new@acme.example', 'sequence:access'));

  await goTo(visits, page, '/changes');
  await page.getByRole('button', { name: 'Undo…' }).first().click();
  await page.getByRole('heading', { name: 'Undoing changes 1 person' }).waitFor();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await page.getByText('Undone.').waitFor();
  assert.isTrue(await decides(visits, 'new@acme.example', 'sequence:access'));
}

describe('the life of a role on the pages', function () {
  this.timeout(120_000);
  const browser = useBrowser();

  for (const [name, open] of Object.entries(places)) {
    it(`is that of the products where the policy is in ${name}`, async () => {
      const { setup, close } = await open();
      const visits = await Visits.open(browser(), setup);
      try {
        await live(visits, await visits.visit(admin, `${home}/roles`));
        assert.deepEqual(visits.faults, []);
      } finally {
        await visits.close();
        await close();
      }
    });
  }
});
