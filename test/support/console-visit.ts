import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { ownPolicyFiles } from './example-files.ts';
import { runPages, type PagesSetup, type RunningPages } from './running-pages.ts';

/** How long a page may take for one step, on a machine that may be busy. */
const stepMs = 15_000;

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A sidecar with its pages, and a browser to look at them with. */
export class Visits {
  readonly pages: RunningPages;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  /** What went wrong in a page, and what it asked of elsewhere. */
  readonly faults: string[] = [];

  private constructor(pages: RunningPages, browser: Browser) {
    this.pages = pages;
    this.#browser = browser;
  }

  static async open(browser: Browser, setup: PagesSetup = {}): Promise<Visits> {
    return new Visits(await runPages({ files: ownPolicyFiles(), ...setup }), browser);
  }

  /** Pages whose roles may be changed at will: no policy test of the workspace says what they give. */
  static async openUntested(browser: Browser): Promise<Visits> {
    const visits = await Visits.open(browser);
    await visits.rewrite('policies/acme/support-emea.test.yaml', noTests);
    return visits;
  }

  /** A browser of its own that has signed in as somebody. */
  async visit(actor: string, path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.newPage(options);
    await signIn(page, this.pages, actor);
    await page.goto(`${this.pages.address}/console${path}`);
    return page;
  }

  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(stepMs);
    this.#contexts.push(context);
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => this.faults.push(message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${this.pages.address}/`)) this.faults.push(`asked ${request.url()}`);
    });
    page.on('console', (message) => {
      // What is refused is a part of how the pages work; everything else is a fault.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) this.faults.push(message.text());
    });
    return page;
  }

  /** A file of the policy, as it is now. */
  read(path: string): Promise<string> {
    return readFile(join(this.pages.folder.root, path), 'utf8');
  }

  /** Changes a file of the policy as by hand, and has it read. */
  async rewrite(path: string, change: (text: string) => string): Promise<void> {
    await this.pages.folder.write(path, change(await this.read(path)));
    await this.pages.live.reload('request');
  }

  /** Ends them, and holds that nothing went wrong in a page but what is expected. */
  async closeFaultless(isExpected: (fault: string) => boolean = () => false): Promise<void> {
    await this.close();
    assert.deepEqual(
      this.faults.filter((fault) => !isExpected(fault)),
      [],
    );
  }

  async close(): Promise<void> {
    for (const context of this.#contexts) await context.close();
    await this.pages.dispose();
  }
}

/** Begins a session and chooses whom to act as, as the pages do, without their showing it. */
async function signIn(page: Page, pages: RunningPages, actor: string): Promise<void> {
  await page.goto(`${pages.address}/console/icon.svg`);
  const status = await page.evaluate(
    async ([token, id]) => {
      const headers = { 'X-Rolebook-Session': 'page', 'Content-Type': 'application/json' };
      await fetch('/v1/session', { method: 'POST', headers, body: JSON.stringify({ token }) });
      const chosen = await fetch('/v1/session', { method: 'PUT', headers, body: JSON.stringify({ actor: id }) });
      return chosen.status;
    },
    [pages.link(), actor] as const,
  );
  assert.strictEqual(status, 200);
}

/** A file of tests that promises nothing of roles, for what it promised would refuse nearly every change. */
export const noTests = (): string =>
  'tests: [{ name: drafts are for everybody, workspace: support-emea, as: { role: member }, can: [draft:create] }]\n';

/**
 * Opens another address within the pages that are there, as a press on a link does, and waits for what it shows. The page
 * between makes sure that it is not what was shown before.
 */
export async function followTo(page: Page, path: string, selector: string): Promise<void> {
  const push = 'path => history.pushState(null, "", `/console${path}`)';
  await page.evaluate(`(${push})("/between")`);
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await page.evaluate(`(${push})(${JSON.stringify(path)})`);
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor({ state: 'detached' });
  await page.waitForSelector(selector);
}

// Of the browser, whose types are not those of Node.
const nameOfFocus =
  '(({ activeElement: one }) => one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent)(document)';

/** Presses a key until what has the focus has this name. */
export async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  for (let turn = 0; turn < 150; turn += 1) {
    await page.keyboard.press(key);
    const found = await page.evaluate<string>(nameOfFocus);
    if (name.test(found)) return;
  }
  assert.fail(`nothing named ${String(name)} can be reached by ${key}`);
}

/** Opens the browser for one file of tests. */
export function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  before(async function () {
    this.timeout(60_000);
    browser = await openBrowser();
  });
  after(() => browser?.close());
  return () => {
    if (!browser) throw new Error('no browser is open yet');
    return browser;
  };
}

/** What axe has against a page, in one line each. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  // It is half of a megabyte, and stays where a page is only drawn anew.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run({
      resultTypes: ['violations'],
      iframes: false,
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
    );
  });
}
