import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { TriedSidecar } from './tried-sidecar.ts';

/** What a page asked of the main thread, in milliseconds. */
export interface Work {
  readonly task: number;
  readonly script: number;
  /** Of layout and of style. */
  readonly layout: number;
  /** By the clock, until what is looked at was there. */
  readonly clock: number;
}

/** What the main thread did, by its own processor time: a busy machine makes that no longer. */
async function workOf(session: CDPSession): Promise<Omit<Work, 'clock'>> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string): number => (metrics.find((one) => one.name === name)?.value ?? 0) * 1000;
  return {
    task: of('TaskDuration'),
    script: of('ScriptDuration'),
    layout: of('LayoutDuration') + of('RecalcStyleDuration'),
  };
}

async function watch(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return session;
}

/** Shows a page for the first time in a browser that has nothing of it. */
export async function firstViewOf(
  browser: Browser,
  sidecar: TriedSidecar,
  path: string,
  selector: string,
): Promise<Work> {
  const page = await sidecar.newPage(browser);
  const session = await watch(page);
  const before = await workOf(session);
  const start = performance.now();
  await page.goto(`${sidecar.address}/console${path}`, { waitUntil: 'commit' });
  await untilShown(session, selector);
  const clock = performance.now() - start;
  const after = await workOf(session);
  await page.context().close();
  return {
    task: after.task - before.task,
    script: after.script - before.script,
    layout: after.layout - before.layout,
    clock,
  };
}

/** Until a frame has shown it. What Playwright asks a page by would itself be work of the main thread. */
async function untilShown(session: CDPSession, selector: string): Promise<void> {
  const found = `document.querySelector(${JSON.stringify(selector)}) !== null`;
  for (;;) {
    const { result } = await session.send('Runtime.evaluate', { expression: found });
    if (result.value === true) break;
    await pause(50);
  }
  const drawn = 'new Promise((done) => requestAnimationFrame(() => setTimeout(done)))';
  await session.send('Runtime.evaluate', { expression: drawn, awaitPromise: true });
}

/** One tick: how long until its effect was drawn, and what that took. */
export interface Tick {
  readonly clockMs: number;
  readonly sidecarMs: number;
  readonly pageMs: number;
}

// Of the browser: ticks a box, and waits until a frame shows the judgement of just that.
const tickAndWait = `(box) => new Promise((done) => {
  const content = document.querySelector('.effect-content');
  const start = performance.now();
  const look = () => {
    if (content.hasAttribute('data-checking') || !/^Saving/.test(content.querySelector('h2').textContent)) return requestAnimationFrame(look);
    done(performance.now() - start);
  };
  box.click();
  requestAnimationFrame(look);
})`;

/** Ticks one box after the other, each of which is one more unsaved change. */
export async function tickIn(
  browser: Browser,
  sidecar: TriedSidecar,
  path: string,
  ticks: number,
): Promise<readonly Tick[]> {
  const page = await sidecar.newPage(browser);
  await page.goto(`${sidecar.address}/console${path}`);
  await page.waitForSelector('.category');
  const session = await watch(page);
  await page.waitForTimeout(2000);
  const boxes = await page.$$('.permission input.check:not([aria-disabled])');
  const found: Tick[] = [];
  for (const box of boxes.slice(0, ticks)) {
    await page.waitForTimeout(500);
    const [work, before] = [sidecar.workMs(), await workOf(session)];
    const clockMs = await page.evaluate<number, typeof box>(
      // oxlint-disable-next-line typescript/no-implied-eval -- Of the browser, whose types are not those of Node.
      new Function('box', `return (${tickAndWait})(box)`) as (one: typeof box) => Promise<number>,
      box,
    );
    const after = await workOf(session);
    found.push({ clockMs, sidecarMs: sidecar.workMs() - work, pageMs: after.task - before.task });
  }
  await page.context().close();
  return found;
}

/** Types into the search of a page; the most that the main thread had to do for one letter. */
export async function typeInto(browser: Browser, sidecar: TriedSidecar, path: string): Promise<number> {
  const page = await sidecar.newPage(browser);
  await page.goto(`${sidecar.address}/console${path}`);
  const search = page.getByRole('searchbox').first();
  await search.waitFor();
  await page.waitForTimeout(2500);
  const session = await watch(page);
  await search.focus();
  let longest = 0;
  for (const letter of 'job 12') {
    const before = await workOf(session);
    await page.keyboard.press(letter === ' ' ? 'Space' : letter);
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    longest = Math.max(longest, (await workOf(session)).task - before.task);
    await page.waitForTimeout(400);
  }
  await page.context().close();
  return longest;
}
