import type { Migration } from './migration.ts';

// The release is null where memberships at run time alone were changed.
const statements = [
  `CREATE TABLE rolebook_change (
    id varchar PRIMARY KEY, made_at varchar NOT NULL,
    first_event integer NOT NULL REFERENCES rolebook_event (sequence),
    last_event integer NOT NULL REFERENCES rolebook_event (sequence),
    release integer REFERENCES rolebook_release (sequence), caller varchar, head varchar NOT NULL,
    idempotency_key varchar, idempotency_digest varchar)`,
  'CREATE INDEX rolebook_change_release ON rolebook_change (release) WHERE release IS NOT NULL',
  'CREATE INDEX rolebook_change_key ON rolebook_change (idempotency_key) WHERE idempotency_key IS NOT NULL',
];

/**
 * Changes that were made through a sidecar. A version that knows of none would publish over them, and so is not to write
 * here.
 */
export const changesMigration: Migration = {
  id: 5,
  name: 'changes',
  statements: { postgres: statements, sqlite: statements },
};
