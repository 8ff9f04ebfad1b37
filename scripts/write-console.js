/*
 * Writes dist/console: the pages, built by Vite. A part of `npm run build`; where nothing that they are made of has changed
 * since, it reads those files and builds nothing.
 *
 * Where Vite is not installed, or its program for this machine, as in the review of pull requests, there are no pages. Of
 * that no package can be made, which tests hold.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'packages/console');
const built = join(root, 'dist/console');
const page = join(built, 'index.html');
const mark = join(root, 'node_modules/.cache/console/built');

/** Over all that the pages are made of: their files, and the versions of what builds them. */
function digestOfSources() {
  const hash = createHash('sha256');
  const entries = readdirSync(source, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const path of [...paths, join(root, 'package-lock.json')].sort()) {
    if (path.includes('node_modules')) continue;
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

async function loadVite() {
  try {
    return await import('vite');
  } catch {
    return undefined;
  }
}

const digest = digestOfSources();
if (!existsSync(page) || !existsSync(mark) || readFileSync(mark, 'utf8') !== digest) {
  const vite = await loadVite();
  if (vite) {
    await vite.build({ configFile: join(source, 'vite.config.ts'), logLevel: 'warn' });
    mkdirSync(dirname(mark), { recursive: true });
    writeFileSync(mark, digest);
  } else {
    rmSync(built, { recursive: true, force: true });
  }
}
