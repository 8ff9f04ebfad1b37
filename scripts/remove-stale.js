/*
 * Removes from dist what the compiler wrote for a source that is not there any more: it leaves such files alone, and they
 * would be published. A part of `npm run build`.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [sources, built] = ['../src', '../dist'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

for (const entry of readdirSync(built, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name).slice(built.length);
  if (
    path.startsWith('/validators') ||
    path.startsWith('/bundle') ||
    path.startsWith('/console') ||
    entry.name === '.tsbuildinfo'
  )
    continue;
  const source = entry.isDirectory() ? path : path.replace(/\.(?:js|d\.ts)$/, '.ts');
  if (!existsSync(sources + source)) rmSync(built + path, { recursive: true, force: true });
}
