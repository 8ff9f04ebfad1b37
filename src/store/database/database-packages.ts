import { createRequire } from 'node:module';
import { RolebookError } from '../../policy/errors.ts';
import type { DatabaseKind } from './database-url.ts';

// Its version 2 wants Node.js 22, and version 1 is the last for Node.js 20.
const sqliteVersion = Number.parseInt(process.versions.node) >= 22 ? '2.6.0' : '1.2.1';

/** The packages that only a database needs, each in the version that was tried. Nothing else loads them. */
export const databasePackages: Readonly<Record<DatabaseKind, Readonly<Record<string, string>>>> = {
  postgres: { typeorm: '1.1.1', 'typeorm-adapter': '1.10.0', pg: '8.23.1' },
  sqlite: { typeorm: '1.1.1', 'typeorm-adapter': '1.10.0', '@photostructure/sqlite': sqliteVersion },
};

/** Who serves files installs none of them, so before the first is loaded it is looked whether they are there. */
export function requireDatabasePackages(
  kind: DatabaseKind,
  resolve: (name: string) => unknown = createRequire(import.meta.url).resolve,
): void {
  const missing = Object.entries(databasePackages[kind]).filter(([name]) => !isInstalled(name, resolve));
  if (missing.length === 0) return;
  const names = missing.map(([name]) => `\`${name}\``).join(', ');
  const command = ['npm install', ...missing.map(([name, version]) => `${name}@${version}`)].join(' ');
  throw new RolebookError('configuration', `\`${kind}:\` needs packages that are not installed: ${names}`, {
    help: `run \`${command}\` where rolebook is installed, with \`--global\` if it is global`,
  });
}

function isInstalled(name: string, resolve: (name: string) => unknown): boolean {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}
