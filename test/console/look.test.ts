import { assert } from 'chai';
import type { Page } from 'playwright-core';
import { companyFiles, operator } from '../support/company-pages.ts';
import { openDatabasePages } from '../support/database-pages.ts';
import { followTo, useBrowser, violationsOf, Visits } from '../support/console-visit.ts';

const workspace = '/workspaces/support-emea';
const company = '/organizations/acme';

type Manner = readonly [width: number, colorScheme: 'light' | 'dark', forcedColors: 'none' | 'active'];

const manners: readonly Manner[] = [
  [1280, 'light', 'none'],
  [320, 'dark', 'none'],
];
/** Also of two colours, at the width of a screen that is enlarged to twice its size. */
const forcedToo: readonly Manner[] = [...manners, [640, 'light', 'active']];

/** Pages whose signs and dates have to be told apart without their colours. */
const isForced = (path: string): boolean => /compare|user|roles\/team-lead$/.test(path);

// Of the browser, whose types are not those of Node.
const beforeCell = 'getComputedStyle(document.querySelector("[data-head]"), "::before").content';
const edge = 'getComputedStyle(document.querySelector(".role-row")).borderTopStyle';

/** Where a list of roles is that has the focus: its edges, and those of what is seen beside the first column; in pixels. */
interface Seen {
  readonly name: string;
  readonly left: number;
  readonly right: number;
  readonly first: number;
  readonly edge: number;
}

const focusedPick = `(() => {
  const rect = (one) => one.getBoundingClientRect();
  const { left, right } = rect(document.activeElement);
  const [first, edge] = [rect(document.querySelector(".matrix th")).right, rect(document.querySelector(".matrix-frame")).right];
  return { name: document.activeElement.ariaLabel, left, right, first, edge };
})()`;

/** A role each in which there are boxes of these kinds. */
const boxesOf: Readonly<Record<string, readonly string[]>> = {
  'team-lead': ['own', 'inherited', 'off'],
  trainee: ['out'],
  auditor: ['denied'],
};

/** Boxes look alike where they mean the same, and differ where they do not, by lines alone. */
async function checkBoxes(page: Page): Promise<void> {
  const looks: Record<string, string> = {};
  for (const [role, kinds] of Object.entries(boxesOf)) {
    await followTo(page, `${workspace}/roles/${role}`, '.category');
    for (const fold of await page.locator('.category-fold[aria-expanded=false]').elementHandles()) await fold.click();
    await page.mouse.move(0, 0);
    for (const kind of kinds) {
      const boxes = page.locator(`[data-state=${kind}] .check`);
      const [one = '', other] = await Promise.all(
        [boxes.nth(0), boxes.nth(1)].map(async (box) => (await box.screenshot()).toString('base64')),
      );
      assert.strictEqual(one, other, kind);
      looks[kind] = one;
    }
  }
  const kinds = Object.keys(looks);
  assert.lengthOf(kinds, 5);
  const alike = kinds.filter((kind) => kinds.some((other) => other !== kind && looks[other] === looks[kind]));
  assert.deepEqual(alike, []);
}

/** Each page, and what it shows when it is there. */
const shown: Readonly<Record<string, string>> = {
  '/act-as': '.choices',
  '/': '.choices',
  [`${workspace}/roles`]: '.roles',
  [`${workspace}/roles/team-lead`]: '.category',
  [`${workspace}/roles/team-lead/members`]: '.choices',
  [`${workspace}/roles/team-lead/history`]: '.empty',
  [`${workspace}/roles/member`]: '.read-category',
  [`${workspace}/create`]: '.ways',
  [`${workspace}/members`]: '.members',
  [`${workspace}/members/user/bo%40acme.example`]: '.read-category',
  [`${workspace}/matrix`]: '.matrix',
  [`${workspace}/compare?roles=member,trainee,team-lead`]: '.comparison',
  [`${workspace}/review`]: '.empty',
  [`${workspace}/changes`]: '.empty',
  [`${workspace}/ask`]: '.ask',
  [`${workspace}/preview?subject=bo%40acme.example&at=2027-06-01`]: '.read-category',
  [`${workspace}/preview?roles=trainee,auditor`]: '.read-category',
  [`${company}/workspaces`]: '.choices',
  [`${company}/roles`]: '.roles',
  [`${company}/roles/regional-lead`]: '.category',
  [`${company}/create`]: '.ways',
  [`${company}/members`]: '.members',
  [`${company}/members/user/priya%40acme.example`]: '.held',
  [`${company}/groups`]: '.choices',
  [`${company}/groups/emea-support`]: '.held',
  [`${company}/groups/nothing`]: '.empty',
  '/organizations/nothing-there/roles': '.empty',
  '/fleet': '.empty',
  '/workspaces/nothing-there/roles': '.empty',
};

describe('every page', function () {
  this.timeout(120_000);
  const browser = useBrowser();
  let visits: Visits;
  before(async () => {
    visits = await Visits.open(browser(), { files: companyFiles() });
  });
  after(() => visits.close());
  afterEach(() => assert.deepEqual(visits.faults, []));

  const faultsOf = async (page: Page): Promise<readonly string[]> => {
    const overhang = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    const titles = await page.locator('h1').count();
    return [
      ...(await violationsOf(page)),
      ...(overhang > 0 ? [`scrolls sideways by ${overhang}`] : []),
      ...(titles === 1 ? [] : [`has ${titles} titles`]),
    ];
  };
  const faultsIn = async (page: Page, how = manners): Promise<readonly string[]> => {
    const faults: string[] = [];
    for (const [width, colorScheme, forcedColors] of how) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, forcedColors });
      const found = await faultsOf(page);
      faults.push(...found.map((fault) => `${width} ${colorScheme} ${forcedColors}: ${fault}`));
    }
    return faults;
  };
  const check = async (page: Page, what: string): Promise<void> => assert.deepEqual(await faultsOf(page), [], what);

  it('is right to axe by day and by night, wide and at 320 pixels, where it never scrolls sideways', async () => {
    // Of the company, and so with several workspaces to choose from.
    const page = await visits.visit('olu@acme.example', '/nowhere/at/all');
    const faults: string[] = [];
    const look = async (path: string): Promise<void> => {
      faults.push(...(await faultsIn(page, isForced(path) ? forcedToo : manners)).map((fault) => `${path} ${fault}`));
    };
    await page.waitForSelector('.empty');
    await look('/nowhere/at/all');
    for (const [path, selector] of Object.entries(shown)) {
      await followTo(page, path, selector);
      await look(path);
    }
    assert.deepEqual(faults, []);
  });

  it('is right to axe for who looks after sidecars of a database, and after one that has a problem', async () => {
    const database = await openDatabasePages(companyFiles(), {
      'eu-2.of-a-cluster-with-a-long-name.example': (well) => ({
        ...well,
        sequence: 0,
        details: { health: 'stale', isFromCache: true, isBeyondMaxStaleness: true },
      }),
      'us-1': () => ({ revision: null, sequence: null, details: { health: 'starting' } }),
    });
    const fleet = await Visits.open(browser(), database.setup);
    try {
      const page = await fleet.visit(operator, '/fleet');
      await page.getByRole('row', { name: /us-1.*starting/ }).waitFor();
      await page.getByText('self-lift').waitFor();
      assert.deepEqual(await faultsIn(page, forcedToo), []);
      // Each sidecar is a card there, and what stood in the head of a column stands beside what it is of.
      await page.setViewportSize({ width: 320, height: 800 });
      assert.strictEqual(await page.evaluate<string>(beforeCell), '"In force: "');
      assert.notStrictEqual(await page.evaluate<string>(edge), 'none');
      assert.deepEqual(fleet.faults, []);
    } finally {
      await fleet.close();
      await database.close();
    }
  });

  it('is right to axe for operators, and for a company whose plan has no roles of its own', async () => {
    for (const [actor, path, selector] of [
      [operator, '/fleet', '.known'],
      ['xavier@brightwater.example', '/workspaces/brightwater-bookings/roles', '.banner'],
      ['xavier@brightwater.example', '/workspaces/brightwater-bookings/create', '.banner'],
    ] as const) {
      const page = await visits.visit(actor, path);
      await page.waitForSelector(selector);
      assert.deepEqual(await faultsIn(page), [], path);
    }
  });

  it('is right to axe while something is decided: a toggle moved, a dialog, a form, forced colours', async () => {
    for (const forcedColors of ['none', 'active'] as const) {
      const page = await visits.visit('farid@acme.example', `${workspace}/roles/team-lead`, {
        forcedColors,
        viewport: { width: 1280, height: 800 },
      });
      await page.getByRole('button', { name: 'Sequences' }).click();
      await page.getByRole('checkbox', { name: 'Access sequences' }).click();
      await page.getByRole('heading', { name: 'Saving changes 1 person' }).waitFor();
      await check(page, 'a moved toggle');
      await page.getByRole('button', { name: 'Discard' }).click();
      await followTo(page, `${workspace}/roles`, '.roles');
      await page.getByRole('button', { name: 'More about Trainee' }).click();
      await page.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('button', { name: /^Delete role, change 1 person/ }).waitFor();
      await check(page, 'a role to delete');
      await followTo(page, `${workspace}/members`, '.members');
      await page.getByRole('button', { name: 'Give a role' }).click();
      await page.getByLabel('To whom').waitFor();
      await check(page, 'a role to give');
      if (forcedColors === 'active') await checkBoxes(page);
    }
  });

  it('has at 320 pixels two roles beside each other, and none that has the focus under what stays in sight', async () => {
    const page = await visits.visit(
      'farid@acme.example',
      `${workspace}/compare?roles=member,trainee,team-lead,auditor`,
      {
        viewport: { width: 320, height: 700 },
      },
    );
    await page.locator('.matrix-frame').focus();
    const faults: string[] = [];
    for (const key of ['Tab', 'Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
      await page.keyboard.press(key);
      const { name, left, right, first, edge } = await page.evaluate<Seen>(focusedPick);
      if (left < first || right > edge) faults.push(`${key} ${name}: ${left} to ${right} of ${first} to ${edge}`);
    }
    assert.deepEqual(faults, []);
    const { first, edge } = await page.evaluate<Seen>(focusedPick);
    const [, one, other] = await page.locator('.matrix thead th').all();
    const [begin, end] = [await one?.boundingBox(), await other?.boundingBox()];
    assert.isAtLeast(begin?.x ?? 0, first);
    assert.isAtMost((end?.x ?? edge) + (end?.width ?? edge), edge);
    await check(page, 'four roles at 320 pixels');
  });
});
