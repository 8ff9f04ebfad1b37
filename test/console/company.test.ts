import { assert } from 'chai';
import { companyFiles, operator } from '../support/company-pages.ts';
import { useBrowser, violationsOf, Visits } from '../support/console-visit.ts';

const owner = 'olu@acme.example';
const company = '/organizations/acme';
const file = 'policies/acme/organization.yaml';

describe('the pages of a company', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  let visits: Visits;
  beforeEach(async () => {
    visits = await Visits.open(browser(), { files: companyFiles() });
  });
  afterEach(() => visits.closeFaultless());

  it('lead from a workspace to all of them, to its roles, and to a role that is made, changed and deleted there', async () => {
    const page = await visits.visit(owner, '/workspaces/support-emea/roles');
    await page.getByRole('link', { name: 'acme', exact: true }).click();
    await page.getByRole('link', { name: /^Support AMER/ }).waitFor();
    assert.include(await page.locator('main').innerText(), 'Plan Scale');
    await page.getByRole('link', { name: /^Roles\s*\d/ }).click();
    await page.getByRole('row', { name: /^Regional lead/ }).waitFor();
    assert.include(await page.getByRole('row', { name: /^Regional lead/ }).innerText(), 'given in workspaces');
    assert.include(await page.getByRole('row', { name: /^Company admin/ }).innerText(), '2 people');
    await page.getByRole('link', { name: 'Create role' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Night lead');
    await page.getByRole('heading', { name: 'Creating it changes nobody' }).waitFor();
    await page.getByRole('button', { name: 'Create role' }).click();
    await page.getByText('Night lead was created').waitFor();
    assert.match(await visits.read(file), /night-lead:/);
    await page.getByRole('button', { name: 'Analytics' }).click();
    await page.getByRole('checkbox', { name: 'Create reports' }).click();
    await page.getByRole('heading', { name: 'Saving changes nobody' }).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. Nobody changes.').waitFor();
    assert.match(await visits.read(file), /report:create/);
    await page.getByRole('button', { name: 'More about Night lead' }).click();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('dialog').getByText('Nobody holds it.').waitFor();
    await page.getByRole('button', { name: 'Delete role', exact: true }).click();
    await page.getByText('Night lead was deleted.').waitFor();
    assert.match(await visits.read(file), /retired:[^]*night-lead/);
  });

  it('list its members, give what spans it, and take everything away everywhere as one change', async () => {
    const page = await visits.visit(owner, `${company}/members`);
    await page.getByRole('row', { name: /^priya@/ }).waitFor();
    await page.getByRole('button', { name: 'Give a role' }).click();
    await page.getByLabel('To whom').fill('chloe@acme.example');
    assert.deepEqual(await page.getByLabel('Role', { exact: true }).locator('option').allInnerTexts(), [
      'Company admin',
      'People keeper',
    ]);
    await page.getByLabel('Role', { exact: true }).selectOption('people-keeper');
    await page.getByLabel(/^Until/).fill('2099-12-31');
    await page.getByRole('heading', { name: /^Saving changes/ }).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('People keeper was given.').waitFor();
    await page.getByRole('link', { name: 'chloe@acme.example' }).click();
    await page.getByRole('heading', { name: 'In the workspaces of the company' }).waitFor();
    await page.getByRole('link', { name: /^Support EMEA/ }).waitFor();
    await page.getByRole('button', { name: 'Take away everything everywhere…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^2 places and 1 group, as far as you can see/).waitFor();
    await dialog.getByRole('heading', { name: 'Chloe', exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Take away everything' }).click();
    await page.getByText('Everything was taken away.').waitFor();
    assert.notInclude(await visits.read(file), 'chloe@acme.example');
    assert.notMatch(await visits.read('policies/acme/support-emea.yaml'), /^ {2}chloe@acme.example:/m);
  });

  it('rename a group, with what is wrong said before, and find it by the id that it had', async () => {
    const page = await visits.visit(owner, `${company}/groups/emea-support`);
    await page.getByRole('button', { name: 'More about the group' }).click();
    await page.getByRole('button', { name: 'Rename group…' }).click();
    const form = page.getByRole('form', { name: /^Rename/ });
    await form.getByLabel('New id').fill('<b>x</b>');
    await form.getByText('Begin with a letter or a digit').waitFor();
    await form.getByLabel('New id').fill('idle');
    await form.getByText(/has a group/).waitFor();
    assert.deepEqual(await violationsOf(page), []);
    await form.getByLabel('New id').fill('first-line');
    await form.getByRole('heading', { name: 'Saving changes nobody' }).waitFor();
    await form.getByRole('button', { name: 'Rename group' }).click();
    await page.getByText(/^It is called .*first-line.* now\.$/).waitFor();
    await page.getByRole('heading', { level: 1, name: 'first-line' }).waitFor();
    assert.include(await visits.read('policies/acme/support-emea.yaml'), 'group:first-line: tag-curator');
    assert.include(await visits.read('policies/acme/organization.yaml'), 'formerGroups:\n  emea-support: first-line');
    await page.goto(`${visits.pages.address}/console${company}/groups/emea-support`);
    await page.waitForURL(/groups\/first-line$/);
    await page.getByText('chloe').waitFor();
    await page.goto(`${visits.pages.address}/console${company}/changes`);
    await page.getByText(/renamed the group/).waitFor();
  });

  it('make a group, put people into it with what that gives, take them out, and delete it', async () => {
    const page = await visits.visit(owner, `${company}/groups`);
    await page.getByRole('link', { name: /^emea-support\s*2 people/ }).waitFor();
    await page.getByRole('button', { name: 'Create group' }).click();
    await page.getByLabel('Id', { exact: true }).fill('idle');
    await page.getByText('There is a group of this id.').waitFor();
    await page.getByLabel('Id', { exact: true }).fill('.no');
    await page.getByText(/^Begin with a letter or a digit/).waitFor();
    await page.getByLabel('Id', { exact: true }).fill('weekend');
    await page.getByLabel(/^Who is in it/).fill('elif@acme.example');
    await page.getByRole('heading', { name: 'Saving changes nobody' }).waitFor();
    await page.locator('form').getByRole('button', { name: 'Create group' }).click();
    await page.getByText('weekend was created.').waitFor();
    await page.getByText(/^It holds nothing yet/).waitFor();
    assert.match(await visits.read(file), /weekend: *\[? ?-?\s*elif@acme.example/);
    await page.getByRole('link', { name: 'Groups' }).first().click();
    await page.getByRole('link', { name: /^emea-support/ }).click();
    await page.getByRole('link', { name: /^Support EMEA\s*Tag curator/ }).waitFor();
    await page.getByRole('button', { name: 'Add people' }).click();
    await page.getByLabel('To whom').fill('jonas@acme.example');
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('1 person added.').waitFor();
    assert.match(await visits.read(file), /emea-support:[^\n]*\n?[^:]*jonas@acme.example/);
    await page.getByRole('button', { name: 'Take out Jonas' }).click();
    await page.getByRole('dialog').getByRole('heading', { name: 'Jonas', exact: true }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Take out', exact: true }).click();
    await page.getByText('Jonas is not in it any more.').waitFor();
    await page.goto(`${visits.pages.address}/console${company}/groups/weekend`);
    await page.getByRole('button', { name: 'More about the group' }).click();
    await page.getByRole('button', { name: 'Delete group…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete group' }).click();
    await page.getByText('weekend was deleted.').waitFor();
    assert.notInclude(await visits.read(file), 'weekend');
  });

  it('are nothing to who manages one workspace, at every address and by every call', async () => {
    const page = await visits.visit('farid@acme.example', '/workspaces/support-emea/roles');
    await page.getByRole('row', { name: /^Team lead/ }).waitFor();
    assert.strictEqual(await page.getByRole('link', { name: 'acme', exact: true }).count(), 0);
    for (const path of ['workspaces', 'roles', 'members', 'groups', 'groups/emea-support', 'changes', 'preview']) {
      await page.goto(`${visits.pages.address}/console${company}/${path}`);
      await page.getByText('There is no such company').waitFor();
    }
    const statuses = await page.evaluate(async () => {
      const headers = { 'X-Rolebook-Session': 'page' };
      const of = '/v1/organizations/acme';
      const paths = ['roles?seen', 'people', 'groups', 'groups/emea-support', 'preview?roles=company-admin', 'members'];
      return Promise.all(paths.map(async (path) => (await fetch(`${of}/${path}`, { headers })).status));
    });
    assert.deepEqual(statuses, [404, 404, 404, 404, 404, 404]);
  });

  it('tell an operator of the sidecar itself, and nobody else', async () => {
    const page = await visits.visit(operator, '/');
    await page.getByRole('link', { name: 'Fleet' }).click();
    await page.getByText('This sidecar knows of no others').waitFor();
    await page.getByText('a folder of files').waitFor();
    await visits.pages.folder.write('policies/acme/sales.yaml', 'workspace: sales\nmembers: { bo: nothing-like-it }\n');
    await visits.pages.live.reload('request');
    await page.getByText(/What decides is the last good policy/).waitFor();
    await page.getByText('policies/acme/sales.yaml:2').waitFor();
    const other = await visits.visit(owner, '/fleet');
    await other.getByText('The fleet is kept by others').waitFor();
  });

  it('say of a company without roles of its own what one would be for, and nothing of what workspaces have', async () => {
    const bare = await Visits.open(browser());
    const page = await bare.visit(owner, '/organizations/acme/roles');
    await page.getByText('A role that is made here can be given in every workspace of acme').waitFor();
    assert.notInclude(await page.locator('main').innerText(), 'Everybody in');
    assert.deepEqual(bare.faults, []);
    await bare.close();
  });
});
