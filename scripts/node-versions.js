/*
 * Has the client, the library and the sidecar run on every line of Node that is promised.
 *
 *   npm run node-versions     some minutes the first time: each Node comes as a package of npm that has the program in it
 *
 * They are kept in node_modules/.cache, since they are a hundred megabytes each, and no part of `npm ci`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The oldest that `engines` lets in, and the newest of the lines that followed.
const versions = ['20.19.0', '22.23.5', '24.22.3'];
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules/.cache/node-versions');
const packageName = `node-${process.platform}-${process.arch}`;

mkdirSync(folder, { recursive: true });
for (const version of versions) {
  const place = join(folder, version);
  mkdirSync(place, { recursive: true });
  const words = [
    'install',
    '--prefix',
    place,
    '--no-save',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  ];
  execFileSync('npm', [...words, `${packageName}@${version}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  const node = join(place, 'node_modules', packageName, 'bin/node');
  const said = execFileSync(node, [join(root, 'scripts/ask-everywhere.js')], { encoding: 'utf8' });
  process.stdout.write(`${version}: ${said}`);
}
