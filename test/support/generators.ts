import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const own = fileURLToPath(new URL('../generators/', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

/** A folder of its own in which generators work, with their programs. */
export async function openGenerators(): Promise<string> {
  const installed = await installGenerators();
  const folder = await mkdtemp(join(installed, 'work-'));
  for (const name of readdirSync(own).filter((each) => each.endsWith('.js'))) {
    await copyFile(join(own, name), join(folder, name));
  }
  return folder;
}

/**
 * The generators of `test/generators`, installed once for each lockfile: whole, since two runs may begin at the
 * same time. No script of a package runs, and nothing but packages of the registry is fetched.
 */
async function installGenerators(): Promise<string> {
  const digest = createHash('sha256')
    .update(readFileSync(join(own, 'package-lock.json')))
    .digest('hex');
  const installed = join(cache, `generators-${digest.slice(0, 12)}`);
  if (!existsSync(installed)) {
    await mkdir(cache, { recursive: true });
    const folder = await mkdtemp(join(cache, 'generators-new-'));
    for (const name of ['package.json', 'package-lock.json']) await copyFile(join(own, name), join(folder, name));
    await run('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });
    await rename(folder, installed).catch(async (error: unknown) => {
      await rm(folder, { recursive: true });
      // Somebody else was first.
      if (!existsSync(installed)) throw error;
    });
  }
  return installed;
}
