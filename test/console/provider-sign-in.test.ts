import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { useBrowser, violationsOf } from '../support/console-visit.ts';
import { ownPolicyFiles } from '../support/example-files.ts';
import { type ProviderPages, runProviderPages } from '../support/provider-pages.ts';

describe('signing in to the pages at a provider', function () {
  this.timeout(60_000);
  const browser = useBrowser();
  let pages: ProviderPages;
  before(async () => (pages = await runProviderPages({ files: ownPolicyFiles() })));
  after(() => pages.dispose());

  const shoot = async (page: Page, name: string): Promise<void> => {
    const folder = process.env['ROLEBOOK_TEST_SHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
  };

  it('leads there and back to the page where one wanted to go, keeps a lost session’s page, and signs out of both', async () => {
    pages.provider.account = 'farid@acme.example';
    const context = await browser().newContext({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => {
      // What the pages of the provider lack is theirs.
      if (!page.url().startsWith(pages.address)) return;
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(message.text());
    });
    await page.goto(`${pages.address}/console/workspaces/support-emea/members`);
    const enter = page.getByRole('link', { name: 'Sign in' });
    await enter.waitFor();
    await shoot(page, 'sign-in');
    assert.deepEqual(await violationsOf(page), []);
    await enter.click();
    await page.getByRole('button', { name: 'Let me in' }).click();
    await page.getByRole('heading', { name: 'Members' }).waitFor();
    assert.strictEqual(page.url(), `${pages.address}/console/workspaces/support-emea/members`);
    assert.strictEqual(await page.getByRole('link', { name: 'Act as somebody else' }).count(), 0);
    await shoot(page, 'signed-in');
    const kept = await context.cookies();
    assert.isNotEmpty(
      kept.filter(({ name, httpOnly, sameSite }) => /session/.test(name) && httpOnly && sameSite === 'Strict'),
    );
    assert.isEmpty(kept.filter(({ name }) => /sign-in/.test(name)));
    await context.clearCookies({ name: /rolebook-session/ });
    await page.getByRole('link', { name: 'Roles', exact: false }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('link', { name: 'Sign in' }).waitFor();
    await shoot(page, 'lost');
    await dialog.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Roles', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.waitForURL(`${pages.address}/console`);
    await page.getByRole('heading', { name: 'Nobody is signed in' }).waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  });

  it('says who one is to whom no workspace knows, and why nobody was signed in', async () => {
    pages.provider.account = 'nobody@elsewhere.example';
    const context = await browser().newContext({ viewport: { width: 390, height: 700 }, colorScheme: 'dark' });
    const page = await context.newPage();
    await page.goto(`${pages.address}/v1/sign-in`);
    await page.getByRole('button', { name: 'Let me in' }).click();
    await page.getByRole('heading', { name: 'No workspace knows you' }).waitFor();
    await page.getByText('nobody@elsewhere.example').waitFor();
    await shoot(page, 'unknown');
    assert.deepEqual(await violationsOf(page), []);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.goto(`${pages.address}/v1/sign-in/callback?code=x&state=y`);
    await page.getByRole('heading', { name: 'Signing in took too long' }).waitFor();
    await shoot(page, 'failed');
    assert.deepEqual(await violationsOf(page), []);
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'No workspace knows you' }).waitFor();
    await context.close();
  });
});
