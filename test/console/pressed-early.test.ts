import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { companyFiles } from '../support/company-pages.ts';
import { useBrowser, Visits } from '../support/console-visit.ts';

const support = '/workspaces/support-emea';
const company = '/organizations/acme';

/** A form that is filled in, and what is there once it was done. */
interface Early {
  readonly actor: string;
  readonly path: string;
  readonly open?: string;
  /** By the label of a field; the last one has the focus. */
  readonly fields: readonly (readonly [label: string | RegExp, text: string])[];
  readonly button: string;
  readonly done: string;
  readonly file: string;
  /** In that file, once it was done. */
  readonly written: RegExp;
  /** What is typed into the last field so that it would be refused. */
  readonly refused: string;
}

const workspaceFile = 'policies/acme/support-emea.yaml';
const companyFile = 'policies/acme/organization.yaml';
const admin = 'farid@acme.example';
const owner = 'olu@acme.example';

const forms: Readonly<Record<string, Early>> = {
  'a role that is created': {
    actor: admin,
    path: `${support}/create`,
    fields: [['Name', 'Night desk']],
    button: 'Create role',
    done: 'Night desk was created',
    file: workspaceFile,
    written: /night-desk:/,
    refused: 'QA lead',
  },
  'a role that is given': {
    actor: admin,
    path: `${support}/members`,
    open: 'Give a role',
    fields: [['To whom', 'new@acme.example']],
    button: 'Save',
    done: 'Standard access was given.',
    file: workspaceFile,
    written: /new@acme.example:/,
    refused: 'new@acme.example:no',
  },
  'people who are added to a group': {
    actor: owner,
    path: `${company}/groups/emea-support`,
    open: 'Add people',
    fields: [['To whom', 'jonas@acme.example']],
    button: 'Save',
    done: '1 person added.',
    file: companyFile,
    written: /jonas@acme.example/,
    refused: 'nobody:jonas@acme.example',
  },
  'a group that is created': {
    actor: owner,
    path: `${company}/groups`,
    open: 'Create group',
    fields: [
      [/^Id/, 'weekend'],
      [/^Who is in it/, 'elif@acme.example'],
    ],
    button: 'Create group',
    done: 'weekend was created.',
    file: companyFile,
    written: /weekend:/,
    refused: 'nobody:elif@acme.example',
  },
};

/** Has the judge think for as long as it is not let go. */
async function holdJudge(page: Page): Promise<() => void> {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(/\/v1\/changes\?preview/, async (route) => {
    await held;
    // The page may have asked anew meanwhile, which ends this question.
    await route.continue().catch(() => undefined);
  });
  return letGo;
}

describe('what is pressed before the judge has spoken', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  beforeEach(async () => {
    visits = await Visits.open(browser(), { files: companyFiles() });
  });
  afterEach(() => visits.closeFaultless());

  const fill = async (form: Early, last?: string): Promise<{ readonly page: Page; readonly letGo: () => void }> => {
    const page = await visits.visit(form.actor, form.path);
    if (form.open !== undefined) await page.getByRole('button', { name: form.open }).click();
    const letGo = await holdJudge(page);
    for (const [index, [label, text]] of form.fields.entries()) {
      const typed = index === form.fields.length - 1 ? (last ?? text) : text;
      await page.locator('form').getByLabel(label).fill(typed);
    }
    return { page, letGo };
  };
  const waits = (page: Page) => page.getByRole('button', { name: 'Checking first…' });

  for (const [name, form] of Object.entries(forms)) {
    const button = (page: Page) => page.locator('.button-primary[type=submit]', { hasText: form.button });

    it(`is done once they have, by Enter and by a click: ${name}`, async () => {
      const before = await visits.read(form.file);
      const { page, letGo } = await fill(form);
      await page.keyboard.press('Enter');
      await waits(page).waitFor();
      assert.strictEqual(await waits(page).getAttribute('aria-busy'), 'true');
      assert.strictEqual(await visits.read(form.file), before);
      await page.keyboard.press('Escape');
      await button(page).click();
      await waits(page).waitFor();
      letGo();
      await page.getByText(form.done).waitFor();
      assert.match(await visits.read(form.file), form.written);
    });

    it(`is taken back by Escape and by typing on: ${name}`, async () => {
      const before = await visits.read(form.file);
      const { page, letGo } = await fill(form);
      await page.keyboard.press('Enter');
      await waits(page).waitFor();
      await page.keyboard.press('Escape');
      await waits(page).waitFor({ state: 'detached' });
      await page.keyboard.press('Enter');
      await waits(page).waitFor();
      await page.keyboard.type('x');
      await waits(page).waitFor({ state: 'detached' });
      letGo();
      await page.locator('[data-checking]').waitFor({ state: 'detached' });
      await button(page).waitFor();
      assert.strictEqual(await visits.read(form.file), before);
      assert.strictEqual(await page.getByText(form.done).count(), 0);
    });

    it(`is not done where they refuse it: ${name}`, async () => {
      const before = await visits.read(form.file);
      const { page, letGo } = await fill(form, form.refused);
      await page.keyboard.press('Enter');
      await waits(page).waitFor();
      letGo();
      await waits(page).waitFor({ state: 'detached' });
      await page.locator('[data-checking]').waitFor({ state: 'detached' });
      assert.strictEqual(await button(page).getAttribute('aria-disabled'), 'true');
      assert.strictEqual(await visits.read(form.file), before);
    });
  }
});
