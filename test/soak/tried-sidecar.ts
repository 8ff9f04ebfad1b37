import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { Serving } from '../support/serving.ts';
import { waitFor } from '../support/wait-for.ts';
import { boss } from './pages-policies.ts';

/** How many ticks of its clock the kernel has a second. */
const ticksPerSecond = 100;

/** A sidecar as `serve --try` starts it, whose pages are looked at. */
export class TriedSidecar {
  readonly #serving: Serving;

  private constructor(serving: Serving) {
    this.#serving = serving;
  }

  static async start(root: string): Promise<TriedSidecar> {
    const flags = ['--policy', root, '--try', '--changes', 'files', '--listen', '127.0.0.1:0', '--log-level', 'error'];
    const serving = new Serving(flags, '/');
    await serving.untilOutput('/console/sign-in#');
    return new TriedSidecar(serving);
  }

  get address(): string {
    return this.#serving.address;
  }

  /** Milliseconds of processor time that it has taken. */
  workMs(): number {
    const [user = 0, system = 0] = statOf(this.#serving.pid).slice(11, 13).map(Number);
    return ((user + system) * 1000) / ticksPerSecond;
  }

  stop(): void {
    this.#serving.kill();
  }

  /** A profile of its own, with nothing kept, in which the boss is signed in and no page was shown. */
  async newPage(browser: Browser): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    await page.goto(`${this.address}/console/icon.svg`);
    const token = (await this.#newLink()).split('#')[1] ?? '';
    await page.evaluate(
      async ([one, id]) => {
        const headers = { 'X-Rolebook-Session': 'page', 'Content-Type': 'application/json' };
        await fetch('/v1/session', { method: 'POST', headers, body: JSON.stringify({ token: one }) });
        await fetch('/v1/session', { method: 'PUT', headers, body: JSON.stringify({ actor: id }) });
      },
      [token, boss] as const,
    );
    return page;
  }

  async #newLink(): Promise<string> {
    const links = (): string[] => this.#serving.stdout.match(/http:\S+\/console\/sign-in#\S+/g) ?? [];
    const known = links().length;
    this.#serving.signal('SIGHUP');
    await waitFor('a new link', () => links().length > known);
    return links().at(-1) ?? '';
  }
}

/** The fields of a process behind its name, as /proc has them. */
function statOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
}
