import { createRequire } from 'node:module';
import { RolebookError } from '../policy/errors.ts';

/** Packages that only some need, each in the version that was tried. */
export type OptionalPackages = Readonly<Record<string, string>>;

/** Who does without them installs none, so before the first is loaded it is looked whether they are there. */
export function requirePackages(
  what: string,
  packages: OptionalPackages,
  resolve: (name: string) => unknown = createRequire(import.meta.url).resolve,
): void {
  const missing = Object.entries(packages).filter(([name]) => !isInstalled(name, resolve));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => `\`${name}\``).join(', ');
  const command = ['npm install', ...missing.map(([name, version]) => `${name}@${version}`)].join(' ');
  throw new RolebookError('configuration', `${what} needs packages that are not installed: ${names}`, {
    help: `run \`${command}\` where rolebook is installed, with \`--global\` if it is global`,
  });
}

/** Whether all of them are there. */
export function arePackagesInstalled(packages: OptionalPackages): boolean {
  const { resolve } = createRequire(import.meta.url);
  return Object.keys(packages).every((name) => isInstalled(name, resolve));
}

function isInstalled(name: string, resolve: (name: string) => unknown): boolean {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}
