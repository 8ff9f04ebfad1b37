/*
 * Draws the pictures of README.md and docs/ anew, or those that are named: `npm run pictures [-- NAME…]`. Each has a sidecar of
 * its own with the policy of this repository, so that none shows what was done for another. Look at them before you commit them.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { compilePolicy } from '../src/compile/compile-policy.ts';
import { ReviewFile } from '../src/store/decisions/review-file.ts';
import { inboxHabits } from '../test/docs/reviewed-products.ts';
import { openBrowser } from '../test/support/browser.ts';
import { runCommand } from '../test/support/command-line.ts';
import { companyFiles } from '../test/support/company-pages.ts';
import { Visits } from '../test/support/console-visit.ts';
import { openDatabasePages } from '../test/support/database-pages.ts';
import { ownPolicyFiles } from '../test/support/example-files.ts';
import { followBranch } from '../test/support/followed-branch.ts';
import { logText, pastDecisions } from '../test/support/past-decisions.ts';
import { PushedPolicy } from '../test/support/pushed-policy.ts';
import type { PagesSetup } from '../test/support/running-pages.ts';
import { pictures, type Picture } from './pictures.ts';

const folder = new URL('../docs/images/', import.meta.url);
/** Out of a hundred: the least at which nothing is blurred that somebody reads. */
const quality = 80;

/** A policy to draw, and what has to be closed after it. */
interface Drawn {
  readonly setup: PagesSetup;
  readonly close: () => Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

const policies: Readonly<Record<Picture['policy'], () => Promise<Drawn>>> = {
  own: () => Promise.resolve({ setup: {}, close: nothing }),
  company: () => Promise.resolve({ setup: { files: companyFiles() }, close: nothing }),
  database: () =>
    openDatabasePages(companyFiles(), {
      'eu-2': (well) => well,
      'us-1': () => ({ revision: null, sequence: null, details: { health: 'starting' } }),
    }),
  reviewed: openReviewed,
};

/** A review of ninety days of made-up work up to today, as `rolebook review` writes it, beside a branch that is pushed to. */
async function openReviewed(): Promise<Drawn> {
  const root = await mkdtemp(join(tmpdir(), 'rolebook-pictures-'));
  const branch = await PushedPolicy.create(ownPolicyFiles());
  const files = Object.entries(ownPolicyFiles());
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const read = files.map(([path, text]) => ({ path, content: Buffer.from(text) }));
  const { policy } = compilePolicy(read, Date.now());
  if (!policy) throw new Error('the policy of this repository has errors');
  const lines = await pastDecisions(policy, inboxHabits, { toMs: Date.now(), days: 89 });
  await writeFile(join(root, 'decisions.jsonl'), logText(lines));
  const words = ['review', 'decisions.jsonl', '--since', '90d', '--format', 'json'];
  const { exitCode, stdout, all } = await runCommand(words, { cwd: root });
  if (exitCode !== 0) throw new Error(all);
  const path = join(root, 'review.json');
  await writeFile(path, stdout);
  const review = new ReviewFile(path, ({ message }) => console.error(message));
  const { live, desk, close } = followBranch(branch, 'pages');
  await live.reload('start');
  const end = async (): Promise<void> => {
    await close();
    await branch.dispose();
    await rm(root, { recursive: true });
  };
  return { setup: { live, changes: desk, isChanged: false, review }, close: end };
}

async function draw(browser: Browser, name: string, picture: Picture): Promise<void> {
  const { setup, close } = await policies[picture.policy]();
  const visits = await Visits.open(browser, setup);
  try {
    const { actor, path, width = 1280, height, show } = picture;
    const page = await visits.visit(actor, path, {
      viewport: { width, height },
      colorScheme: 'light',
      locale: 'en-GB',
    });
    await show(page);
    const bytes = await drawn(page);
    await writeFile(new URL(`${name}.webp`, folder), bytes);
    console.log(`${name}.webp: ${Math.round(bytes.length / 1000)} kB`);
  } finally {
    await visits.close();
    await close();
  }
}

/** What the browser shows, without a caret, a hovered row or a ring around what was pressed last. */
async function drawn(page: Page): Promise<Buffer> {
  await page.mouse.move(0, 0);
  await page.evaluate('document.activeElement?.blur()');
  await page.waitForLoadState('networkidle');
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality });
  return Buffer.from(data, 'base64');
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in pictures));
if (unknown.length > 0) {
  console.error(`there is no picture ${unknown.join(', ')}; there are ${Object.keys(pictures).join(', ')}`);
  process.exit(2);
}
const browser = await openBrowser();
try {
  for (const [name, picture] of Object.entries(pictures)) {
    if (names.length === 0 || names.includes(name)) await draw(browser, name, picture);
  }
} finally {
  await browser.close();
}
