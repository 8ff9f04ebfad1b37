import type { Migration } from './migration.ts';

/**
 * Memberships in groups: rows like others, at the place `group` and `ORGANIZATION/GROUP`. No table changes, but a version
 * that knows of no such place would take these rows for damaged, and so is not to read them.
 */
export const groupsMigration: Migration = { id: 4, name: 'groups', statements: { postgres: [], sqlite: [] } };
