import { type OptionalPackages, requirePackages } from '../required-packages.ts';
import type { DatabaseKind } from './database-url.ts';

// Its version 2 wants Node.js 22, and version 1 is the last for Node.js 20.
const sqliteVersion = Number.parseInt(process.versions.node) >= 22 ? '2.6.0' : '1.2.1';

/** The packages that only a database needs, each in the version that was tried. Nothing else loads them. */
export const databasePackages: Readonly<Record<DatabaseKind, OptionalPackages>> = {
  postgres: { typeorm: '1.1.1', 'typeorm-adapter': '1.10.0', pg: '8.23.1' },
  sqlite: { typeorm: '1.1.1', 'typeorm-adapter': '1.10.0', '@photostructure/sqlite': sqliteVersion },
};

/** Who serves files installs none of them, so before the first is loaded it is looked whether they are there. */
export function requireDatabasePackages(kind: DatabaseKind, resolve?: (name: string) => unknown): void {
  requirePackages(`\`${kind}:\``, databasePackages[kind], resolve);
}
