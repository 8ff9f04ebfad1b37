import { assert } from 'chai';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runPages, type RunningPages } from '../support/running-pages.ts';
import { disposeSidecars } from '../support/running-sidecar.ts';

const assets = fileURLToPath(new URL('../../dist/console/assets', import.meta.url));

/** In bytes, as they are sent. */
const mostScript = 100_000;
const mostStyle = 15_000;

/** A script and all that it loads at once, which is not what it loads when somebody goes somewhere. */
function loadedWith(name: string, textOf: (name: string) => string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const imports = textOf(name).matchAll(/(?:import|from)\s*["'`]\.\/([\w.-]+\.js)["'`]/g);
  for (const [, other = ''] of imports) loadedWith(other, textOf, seen);
  return seen;
}

describe('what a browser has to load', () => {
  const texts = new Map<string, string>();
  const sizes = new Map<string, number>();
  let files: readonly string[] = [];
  let entry = '';
  let pages: RunningPages;
  before(async () => {
    pages = await runPages();
    files = readdirSync(assets);
    for (const name of files) {
      const path = `/console/assets/${name}`;
      texts.set(name, (await pages.call(path)).text);
      const { headers } = await pages.call(path, { method: 'HEAD', headers: { 'Accept-Encoding': 'gzip' } });
      assert.strictEqual(headers['content-encoding'], 'gzip');
      sizes.set(name, Number(headers['content-length']));
    }
    entry = /\/assets\/(index-[\w-]+\.js)"/.exec((await pages.call('/console/')).text)?.[1] ?? '';
  });
  after(disposeSidecars);

  const textOf = (name: string): string => texts.get(name) ?? '';
  const sizeOf = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  const scripts = (): readonly string[] => files.filter((name) => name.endsWith('.js'));

  /** The scripts of the entry and of these files, with all that they load at once. */
  const sizeWith = (...names: readonly string[]): number => {
    const found = names.map((name) => scripts().find((script) => script.startsWith(`${name}-`)) ?? assert.fail(name));
    return sizeOf(new Set([entry, ...found].flatMap((name) => [...loadedWith(name, textOf)])));
  };

  it('is at most 100 kB of script, zipped, for the first view of each page', () => {
    // What is loaded beside them waits until the browser is idle, or until somebody asks for it.
    const pages = scripts().flatMap((name) => /^([a-z-]+-page)-/.exec(name)?.[1] ?? []);
    assert.isAtLeast(pages.length, 9);
    const views = [
      ...pages.map((name) => [name]),
      ['role-page', 'edited-role'],
      ['role-page', 'read-role'],
      ['choose-actor'],
    ];
    for (const view of views) {
      const size = sizeWith(...view);
      assert.isAbove(size, 50_000, view.join());
      assert.isAtMost(size, mostScript, view.join());
    }
  });

  it('begins in an order that suits each file: none needs one by which it is needed', () => {
    const needing = new Map(scripts().map((name) => [name, loadedWith(name, textOf)]));
    const circles = scripts().flatMap((name) =>
      [...(needing.get(name) ?? [])]
        .filter((other) => other !== name && needing.get(other)?.has(name) === true)
        .map((other) => `${name} and ${other}`),
    );
    assert.deepEqual(circles, []);
  });

  it('is little more once a role is edited and saved', () => {
    assert.isAtMost(sizeWith('role-page', 'edited-role', 'save-bar', 'effect'), 1.1 * mostScript);
  });

  it('is at most 15 kB of style, zipped', () => {
    const styles = files.filter((name) => name.endsWith('.css'));
    // A page whose styles were a file of their own would be shown without them: nothing loads that file.
    assert.lengthOf(styles, 1);
    assert.isAtMost(sizeOf(styles), mostStyle);
  });

  it('grows by little with each page that somebody goes to: by a sixth at most, and by three quarters with all of them', () => {
    const first = loadedWith(entry, textOf);
    const pages = scripts().filter((name) => /-page-/.test(name));
    assert.isAtLeast(pages.length, 15);
    for (const page of pages) {
      const more = [...loadedWith(page, textOf)].filter((name) => !first.has(name));
      assert.isAtMost(sizeOf(more), mostScript / 6, page);
    }
    assert.isAtMost(sizeOf(scripts()), 1.75 * mostScript);
  });

  it('has a hash in each of its names, and speaks of no other host', () => {
    for (const name of files) {
      assert.match(name, /-[\w-]{8,}\.(?:js|css|svg)$/);
      const hosts = [...textOf(name).matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host);
      // Words of an error, and the names of what markup is made of.
      for (const host of hosts) assert.include(['react.dev', 'www.w3.org'], host, name);
    }
  });
});
