import { assert } from 'chai';
import { followTo, tabTo, useBrowser, violationsOf, Visits } from '../support/console-visit.ts';

const admin = 'farid@acme.example';
const members = '/workspaces/support-emea/members';
const file = 'policies/acme/support-emea.yaml';

describe('the members of a workspace', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  beforeEach(async () => {
    visits = await Visits.openUntested(browser());
  });
  afterEach(() => visits.closeFaultless());

  const changes = async (): Promise<readonly { readonly reason?: string }[]> => {
    const { json } = await visits.pages.call('/v1/changes?workspace=support-emea');
    return (json as { changes: { reason?: string }[] }).changes;
  };

  /** The browser tells of each call that was not answered; there is to be nothing else. */
  const forgetUnanswered = (): void => {
    const { faults } = visits;
    for (const fault of faults.splice(0)) if (!fault.includes('net::ERR_FAILED')) faults.push(fault);
  };

  it('are listed with what they hold, until when and through what, and searched by the sidecar', async () => {
    const page = await visits.visit(admin, members);
    assert.match(
      await page.getByRole('row', { name: /^bo@/ }).innerText(),
      /Trainee\s+until 31 Mar 2027\s+Standard access\s+from 1 Apr 2027/,
    );
    assert.match(await page.getByRole('row', { name: /^olu@/ }).innerText(), /Company admin\s+the company/);
    await page.getByRole('searchbox').fill('QUI');
    await page.getByRole('row', { name: /^ana@/ }).waitFor({ state: 'detached' });
    assert.strictEqual(await page.locator('.role-row').count(), 1);
    await page.getByRole('searchbox').fill('nobody-like-this');
    await page.getByText('Nobody is called “nobody-like-this”').waitFor();
  });

  it('are given a role several at once, for a time, beside what they hold, with the effect shown before', async () => {
    const page = await visits.visit(admin, members);
    await page.getByRole('button', { name: 'Give a role' }).click();
    await page.getByLabel('To whom').fill('elif@acme.example, new@acme.example');
    await page.getByLabel('Role', { exact: true }).selectOption('tag-curator');
    await page.getByLabel(/^Until/).fill('2099-12-31');
    await page.getByLabel(/^Why/).fill('Tidying up');
    await page.getByRole('heading', { name: 'Saving changes 2 people' }).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Tag curator was given.').waitFor();
    const text = await visits.read(file);
    assert.match(
      text,
      /new@acme.example: *\n? *-? *\{ ?role: tag-curator, until: 2099-12-31, reason: Tidying up ?\}|new@acme.example:[^]*tag-curator/,
    );
    assert.match(text, /elif@acme.example:[^]*member[^]*tag-curator/);
    await page.getByRole('row', { name: /^new@/ }).getByText('Tag curator until 31 Dec 2099').waitFor();
  });

  it('have a page each: what they can do, by which role, what would allow the rest, and a role taken away', async () => {
    const page = await visits.visit(admin, `${members}/user/quinn%40acme.example`);
    await page.getByText('Everything Quinn can do').waitFor();
    assert.match(await page.locator('main').innerText(), /Everything Quinn can do\s+3 of 40/);
    await page.getByText('through Auditor').first().waitFor();
    await page.getByText('denied by Auditor, whatever else').first().waitFor();
    await page.getByRole('button', { name: 'Take away Auditor' }).click();
    await page.getByRole('dialog').getByText('Quinn', { exact: true }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Take away Auditor' }).click();
    await page.getByText('Auditor was taken away.').waitFor();
    await page.locator('#main:focus').waitFor();
    assert.match(await visits.read(file), /quinn@acme.example: \[?member\]?/);
  });

  it('are found by their names, where the policy has some, and called by them', async () => {
    await visits.rewrite(file, (text) =>
      text.replace(
        'elif@acme.example: member',
        'elif@acme.example: { roles: [member], properties: { name: Elif Yılmaz } }',
      ),
    );
    const page = await visits.visit(admin, members);
    await page.getByRole('searchbox').fill('yılm');
    await page.getByRole('row', { name: /^Elif Yılmaz elif@acme.example/ }).waitFor();
  });

  it('may do one thing or not, and the answer names the line', async () => {
    const page = await visits.visit(admin, '/workspaces/support-emea/ask');
    await page.getByLabel('Who').fill('bo@acme.example');
    await page.getByLabel('Does what').selectOption('message:send');
    await page.getByText('No role gives it that this person holds now.').waitFor();
    await page.getByText(/These would allow it: Standard access/).waitFor();
    await page.getByLabel('Does what').selectOption('comment:send');
    await page.getByText(/Trainee gives it\. roles\.yaml:\d+/).waitFor();
    await page.getByLabel('Who').fill('quinn@acme.example');
    await page
      .getByText(/Auditor denies it, whatever else they hold\. policies\/acme\/support-emea\.yaml:\d+/)
      .waitFor();
  });

  it('of another workspace are nobody to who manages this one, at every address and by every call', async () => {
    const page = await visits.visit(admin, members);
    await page.locator('.members').waitFor();
    for (const path of [
      'sales/roles',
      'sales/members',
      'sales/members/user/lena%40acme.example',
      'sales/matrix',
      'sales/changes',
    ]) {
      await page.goto(`${visits.pages.address}/console/workspaces/${path}`);
      await page.getByText('There is no such workspace').waitFor();
      assert.notInclude(await page.locator('body').innerText(), 'Lena');
    }
    const { statuses, changes } = await page.evaluate(async () => {
      const headers = { 'X-Rolebook-Session': 'page', 'Content-Type': 'application/json' };
      const edits = [
        { edit: 'member.set', workspace: 'sales', subject: 'farid@acme.example', roles: ['workspace-admin'] },
      ];
      const body = JSON.stringify({ actor: 'farid@acme.example', edits });
      const change = await fetch('/v1/changes', { method: 'POST', headers, body });
      const reads = ['roles', 'people', 'members', 'roles/member', 'permissions/message:send/members'];
      const read = await Promise.all(reads.map((one) => fetch(`/v1/workspaces/sales/${one}`, { headers })));
      const rest = ['/v1/changes?workspace=sales', '/v1/changes', '/v1/policy', '/v1/fleet'];
      const others = await Promise.all(rest.map((one) => fetch(one, { headers })));
      const told = await Promise.all(
        others.slice(0, 2).map((reply) => reply.json() as Promise<{ changes: unknown[] }>),
      );
      const statuses = [change, ...read, ...others].map((reply) => reply.status);
      return { statuses, changes: told.flatMap(({ changes }) => changes) };
    });
    assert.deepEqual(changes, []);
    assert.deepEqual(statuses, [403, 404, 404, 404, 404, 404, 200, 200, 403, 403]);
  });

  it('are given a role when the sidecar answers again, with what was typed while it did not', async () => {
    const page = await visits.visit(admin, members);
    await page.getByRole('row', { name: /^bo@/ }).waitFor();
    await page.getByRole('button', { name: 'Give a role' }).click();
    await page.getByRole('heading', { name: 'What saving does' }).waitFor();
    await page.route('**/v1/**', (route) => route.abort());
    await page.getByLabel('To whom').fill('new@acme.example');
    await page.getByLabel(/^Why/).fill('The winter');
    await page.getByRole('alert').getByText('This cannot be saved now').waitFor();
    await page.unroute('**/v1/**');
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Standard access was given.').waitFor();
    assert.include(await visits.read(file), 'new@acme.example: member');
    assert.deepEqual(
      (await changes()).map(({ reason }) => reason),
      ['The winter'],
    );
    forgetUnanswered();
  });

  it('lose a role once, though the answer was lost: the dialog says so itself, and it is pressed again', async () => {
    const page = await visits.visit(admin, `${members}/user/elif%40acme.example`);
    await page.getByRole('button', { name: 'Take away Standard access' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Elif', exact: true }).waitFor();
    const isMade = (url: URL): boolean => url.pathname === '/v1/changes' && url.search === '';
    await page.route(isMade, async (route) => {
      if (route.request().method() !== 'POST') return route.fallback();
      await route.fetch();
      return route.abort();
    });
    await tabTo(page, /^Take away Standard access/);
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').getByText('The sidecar did not answer').waitFor();
    await dialog.getByText(/^Whether it was done is not known/).waitFor();
    assert.deepEqual(await violationsOf(page), []);
    await page.unroute(isMade);
    // What it said is closed, and the focus is where it was.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByText('Standard access was taken away.').waitFor();
    assert.lengthOf(await changes(), 1);
    forgetUnanswered();
  });

  it('are said nothing untrue of while nothing is known: neither that nobody holds a role, nor that there is nothing to take', async () => {
    const page = await visits.visit(admin, `${members}/user/elif%40acme.example`);
    await page.getByRole('button', { name: 'Take away everything everywhere…' }).waitFor();
    await page.route('**/v1/**', (route) => route.abort());
    const dialog = page.getByRole('dialog');
    for (const button of ['Take away Standard access', 'Take away everything everywhere…']) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await dialog.getByText('This cannot be saved now').waitFor();
      assert.notInclude(await dialog.innerText(), 'nothing to take away', button);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    await page.unroute('**/v1/**');
    await followTo(page, '/workspaces/support-emea/roles', '.roles');
    await page.route('**/v1/**', (route) => route.abort());
    await page.getByRole('button', { name: 'More about Trainee' }).click();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await dialog.getByText('This cannot be saved now').waitFor();
    assert.notMatch(await dialog.innerText(), /Nobody/);
    await page.unroute('**/v1/**');
    await dialog.getByRole('button', { name: 'Delete role, change 1 person' }).waitFor();
    forgetUnanswered();
  });
});
