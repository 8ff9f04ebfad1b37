import { assert } from 'chai';
import { noTests, useBrowser, Visits } from '../support/console-visit.ts';
import { runPages } from '../support/running-pages.ts';

const admin = 'farid@acme.example';

describe('signing in to the pages', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  beforeEach(async () => {
    visits = await Visits.open(browser());
  });
  afterEach(() => visits.closeFaultless());

  const signIn = (): string => `${visits.pages.address}/console/sign-in#${visits.pages.link()}`;

  it('begins with the printed link, whose token leaves the address at once, and with whom to act as', async () => {
    const page = await visits.newPage();
    await page.goto(signIn());
    await page.getByRole('heading', { name: 'Whom do you want to act as?' }).waitFor();
    assert.notInclude(page.url(), '#');
    await page.getByRole('searchbox').fill('farid');
    await page.getByRole('button', { name: /^farid@acme\.example/ }).click();
    await page.getByRole('heading', { name: 'Roles', level: 1 }).waitFor();
    assert.match(page.url(), /\/console\/workspaces\/support-emea\/roles$/);
  });

  it('is refused with a link that was used, and without one', async () => {
    const link = signIn();
    const page = await visits.newPage();
    await page.goto(link);
    await page.getByRole('heading', { name: 'Whom do you want to act as?' }).waitFor();
    const other = await visits.newPage();
    await other.goto(link);
    await other.getByText('This link is not good any more').waitFor();
    await other.goto(`${visits.pages.address}/console/workspaces/support-emea/roles`);
    await other.getByText('Nobody is signed in').waitFor();
  });

  it('lets one act as another, who sees what is theirs and nothing that was shown before', async () => {
    const page = await visits.visit(admin, '/workspaces/support-emea/roles');
    await page.getByRole('link', { name: 'Act as somebody else' }).click();
    await page.getByRole('button', { name: /^elif@acme\.example/ }).click();
    await page.getByRole('heading', { name: 'Everything Elif can do' }).waitFor();
    assert.notMatch(await page.locator('body').innerText(), /Tag curator|ana@/);
  });

  it('ends with signing out: the same browser is nobody then', async () => {
    const page = await visits.visit(admin, '/workspaces/support-emea/roles');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Nobody is signed in').waitFor();
    await page.goto(`${visits.pages.address}/console/workspaces/support-emea/roles`);
    await page.getByText('Nobody is signed in').waitFor();
  });

  it('is asked for again over the page when the sidecar was started anew, and what was not saved is still there', async () => {
    await visits.rewrite('policies/acme/support-emea.test.yaml', noTests);
    const page = await visits.visit(admin, '/workspaces/support-emea/roles/team-lead');
    await page.getByRole('checkbox', { name: 'Delete reports' }).click();
    await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
    const { port, address, sidecar, folder } = visits.pages;
    const files = Object.fromEntries(
      await Promise.all(
        ['roles.yaml', 'policies/acme/organization.yaml', 'policies/acme/support-emea.yaml'].map(
          async (path) => [path, await visits.read(path)] as const,
        ),
      ),
    );
    await sidecar.stop();
    assert.isString(folder.root);
    const again = await runPages({ files, listenText: `127.0.0.1:${port}` });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Please sign in again' }).waitFor();
    const tab = await page.context().newPage();
    await tab.goto(`${address}/console/sign-in#${again.link()}`);
    await tab.getByRole('button', { name: /^farid@acme\.example/ }).click();
    await tab.getByRole('heading', { name: 'Roles', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'I have signed in' }).click();
    assert.isFalse(await page.getByRole('checkbox', { name: 'Delete reports' }).isChecked());
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. 1 person changed.').waitFor();
    await again.dispose();
    // What the page may have asked, or loaded for later, while there was no sidecar. Nothing else is a fault of it.
    const isOfNoSidecar = (fault: string): boolean => fault === 'Failed to load resource: net::ERR_CONNECTION_REFUSED';
    const others = visits.faults.filter((fault) => !isOfNoSidecar(fault));
    visits.faults.splice(0, Infinity, ...others);
  });
});
