/*
 * Writes dist/bundle: the program as few files, for to find and read a file takes Node.js longer than to compile it. What
 * a command loads late is still loaded late, and packages stay where they are. A part of `npm run build`.
 *
 * The review of pull requests installs without optional packages, and esbuild's program is one. There the bundle is a line
 * that loads the modules; of that no package can be made, which tests hold.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { groupsOf, joinGroups } from './bundle-groups.js';

const root = fileURLToPath(new URL('..', import.meta.url));
// As deep as the rooms of `src`: they look for files of the package from where they are.
const folder = join(root, 'dist/bundle/rolebook');

const modules = [
  'cli/main.js',
  'library/library.js',
  'store/live/yaml-thread.js',
  'store/changes/folder/folder-change-thread.js',
  'store/database/changes/database-change-thread.js',
  'store/pushing/push-thread.js',
  'store/database/publishing/publish-thread.js',
];

const entries = modules.map((path) => `dist/${path}`);

const options = {
  absWorkingDir: root,
  entryPoints: entries,
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
};

/** Path and content of each file. */
async function bundle() {
  const { metafile } = await build({ ...options, metafile: true });
  const { outputFiles } = await build({ ...options, plugins: [joinGroups(groupsOf(metafile.inputs, entries))] });
  return outputFiles.map(({ path, contents }) => [path, contents]);
}

function hasBundler() {
  try {
    createRequire(import.meta.url).resolve(`@esbuild/${process.platform}-${process.arch}/package.json`);
    return true;
  } catch {
    return false;
  }
}

const lines = () =>
  modules.map((path) => [join(folder, basename(path)), `import '../../${path}';\nexport * from '../../${path}';\n`]);
const files = hasBundler() ? await bundle() : lines();

mkdirSync(folder, { recursive: true });
// Each whole or not at all, and the parts first: somebody may be starting it.
const isEntry = (path) => !basename(path).startsWith('chunk-');
for (const [path, content] of files.sort(([a], [b]) => Number(isEntry(a)) - Number(isEntry(b)))) {
  const half = `${path}.${process.pid}`;
  writeFileSync(half, content);
  renameSync(half, path);
}
const written = new Set(files.map(([path]) => basename(path)));
for (const name of readdirSync(folder)) if (name.endsWith('.js') && !written.has(name)) rmSync(join(folder, name));
