import type { Migration } from './migration.ts';

// Times are ISO 8601, UTC; assignments and rules are JSON.
const tables = [
  `CREATE TABLE rolebook_event (
    sequence integer PRIMARY KEY, token varchar NOT NULL, happened_at varchar NOT NULL, kind varchar NOT NULL,
    release integer REFERENCES rolebook_release (sequence),
    place_kind varchar, place varchar, subject_type varchar, subject_id varchar,
    actor_type varchar, actor_id varchar NOT NULL, reason varchar, held_before varchar, held_after varchar)`,
  'CREATE INDEX rolebook_event_release ON rolebook_event (release) WHERE release IS NOT NULL',
  `CREATE TABLE rolebook_member (
    place_kind varchar NOT NULL, place varchar NOT NULL, subject_type varchar NOT NULL, subject_id varchar NOT NULL,
    assignments varchar NOT NULL, sequence integer NOT NULL REFERENCES rolebook_event (sequence),
    rules varchar NOT NULL, PRIMARY KEY (place_kind, place, subject_type, subject_id))`,
  `CREATE TABLE rolebook_idempotency (
    key varchar PRIMARY KEY, digest varchar NOT NULL, kept_at varchar NOT NULL, answer varchar NOT NULL)`,
  'CREATE INDEX rolebook_idempotency_kept_at ON rolebook_idempotency (kept_at)',
  `CREATE TABLE rolebook_sidecar (
    id varchar PRIMARY KEY, host varchar NOT NULL, pid integer NOT NULL, version varchar NOT NULL,
    started_at varchar NOT NULL, seen_at varchar NOT NULL, revision varchar, sequence integer,
    health varchar NOT NULL)`,
];

const columns = 'sequence, token, happened_at, kind, release, actor_id';

// What was published before there were events is where the history begins.
const earlier = (token: string): string => `INSERT INTO rolebook_event (${columns})
  SELECT sequence, ${token}, published_at, 'release', sequence, author FROM rolebook_release ORDER BY sequence`;

const refusal = 'rolebook_event is append-only';

/** The history of a database, and the memberships at run time that it led to. */
export const historyMigration: Migration = {
  id: 2,
  name: 'history',
  statements: {
    postgres: [
      ...tables,
      earlier("replace(gen_random_uuid()::text, '-', '')"),
      `CREATE FUNCTION rolebook_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''${refusal}''; END'`,
      `CREATE TRIGGER rolebook_event_append_only BEFORE UPDATE OR DELETE ON rolebook_event
        FOR EACH ROW EXECUTE FUNCTION rolebook_event_append_only()`,
      `CREATE TRIGGER rolebook_event_keep_all BEFORE TRUNCATE ON rolebook_event
        FOR EACH STATEMENT EXECUTE FUNCTION rolebook_event_append_only()`,
    ],
    sqlite: [
      ...tables,
      earlier('lower(hex(randomblob(16)))'),
      ...['UPDATE', 'DELETE'].map(
        (change) => `CREATE TRIGGER rolebook_event_no_${change.toLowerCase()} BEFORE ${change} ON rolebook_event
          BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
      ),
      // INSERT OR REPLACE deletes without asking the trigger.
      `CREATE TRIGGER rolebook_event_no_replacement BEFORE INSERT ON rolebook_event
        WHEN EXISTS (SELECT 1 FROM rolebook_event WHERE sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
    ],
  },
};
