import { assert } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const built = fileURLToPath(new URL('../../dist/console', import.meta.url));
const assets = join(built, 'assets');

/** In bytes, as they are sent. */
const mostScript = 100_000;
const mostStyle = 15_000;

const textOf = (name: string): string => readFileSync(join(assets, name), 'utf8');
const sizeOf = (names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + gzipSync(textOf(name), { level: 9 }).length, 0);

/** A script and all that it loads at once, which is not what it loads when somebody goes somewhere. */
function loadedWith(name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const imports = textOf(name).matchAll(/(?:import|from)\s*["'`]\.\/([\w.-]+\.js)["'`]/g);
  for (const [, other = ''] of imports) loadedWith(other, seen);
  return seen;
}

describe('what a browser has to load', () => {
  const files = readdirSync(assets);
  const scripts = files.filter((name) => name.endsWith('.js'));
  const entry = /\/assets\/(index-[\w-]+\.js)"/.exec(readFileSync(join(built, 'index.html'), 'utf8'))?.[1] ?? '';

  it('is at most 100 kB of script, zipped, for the first view of a workspace and each other list', () => {
    for (const page of ['roles-page', 'members-page', 'matrix-page', 'changes-page', 'ask-page', 'workspaces-page']) {
      const script = scripts.find((name) => name.startsWith(`${page}-`)) ?? '';
      const size = sizeOf(new Set([...loadedWith(entry), ...loadedWith(script)]));
      assert.isAbove(size, 50_000, page);
      assert.isAtMost(size, mostScript, page);
    }
  });

  it('is at most 15 kB of style, zipped', () => {
    const styles = files.filter((name) => name.endsWith('.css'));
    assert.isNotEmpty(styles);
    assert.isAtMost(sizeOf(styles), mostStyle);
  });

  it('grows by little with each page that somebody goes to: all of them together are not half as much again', () => {
    assert.isAtMost(sizeOf(scripts), 1.5 * mostScript);
  });

  it('has a hash in each of its names, and speaks of no other host', () => {
    for (const name of files) {
      assert.match(name, /-[\w-]{8,}\.(?:js|css)$/);
      const hosts = [...textOf(name).matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host);
      // Words of an error, and the names of what markup is made of.
      for (const host of hosts) assert.include(['react.dev', 'www.w3.org'], host, name);
    }
  });
});
