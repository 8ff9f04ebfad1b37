/*
 * Writes dist/bundle: the program as few files, for to find and read a file takes Node.js longer than to compile it. What
 * a command loads late is still loaded late, and packages stay where they are. A part of `npm run build`.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
// As deep as the rooms of `src`: they look for files of the package from where they are.
const folder = join(root, 'dist/bundle/rolebook');

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['dist/cli/main.js', 'dist/store/live/yaml-thread.js'],
  entryNames: '[name]',
  outdir: folder,
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  write: false,
  logLevel: 'warning',
});

mkdirSync(folder, { recursive: true });
// Each whole or not at all, and the parts first: somebody may be starting it.
const isEntry = (path) => !basename(path).startsWith('chunk-');
for (const { path, contents } of outputFiles.sort((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)))) {
  const half = `${path}.${process.pid}`;
  writeFileSync(half, contents);
  renameSync(half, path);
}
const written = new Set(outputFiles.map(({ path }) => basename(path)));
for (const name of readdirSync(folder)) if (name.endsWith('.js') && !written.has(name)) rmSync(join(folder, name));
