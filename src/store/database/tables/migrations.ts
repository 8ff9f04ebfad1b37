import { branchesMigration } from './branches-migration.ts';
import { changesMigration } from './changes-migration.ts';
import { digestMigration } from './digest-migration.ts';
import { groupsMigration } from './groups-migration.ts';
import { historyMigration } from './history-migration.ts';
import type { Migration } from './migration.ts';

// As typeorm-adapter 1.10.0 would create it. It may be there already, and empty.
const casbinRule = {
  postgres: `CREATE TABLE IF NOT EXISTS casbin_rule (
    id serial PRIMARY KEY, ptype varchar,
    v0 varchar, v1 varchar, v2 varchar, v3 varchar, v4 varchar, v5 varchar, v6 varchar)`,
  sqlite: `CREATE TABLE IF NOT EXISTS casbin_rule (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL, ptype varchar,
    v0 varchar, v1 varchar, v2 varchar, v3 varchar, v4 varchar, v5 varchar, v6 varchar)`,
};

const releases = [
  `CREATE TABLE rolebook_release (
    sequence integer PRIMARY KEY, revision varchar NOT NULL, git_commit varchar, author varchar NOT NULL,
    published_at varchar NOT NULL, restores integer, counts varchar NOT NULL,
    rules_at varchar NOT NULL, rules integer NOT NULL, rules_digest varchar NOT NULL)`,
  `CREATE TABLE rolebook_release_file (
    sequence integer NOT NULL REFERENCES rolebook_release (sequence), path varchar NOT NULL,
    digest varchar NOT NULL REFERENCES rolebook_file (digest), PRIMARY KEY (sequence, path))`,
];

export const migrations: readonly Migration[] = [
  {
    id: 1,
    name: 'releases',
    statements: {
      postgres: [
        casbinRule.postgres,
        'CREATE TABLE rolebook_file (digest varchar PRIMARY KEY, content bytea NOT NULL)',
        ...releases,
      ],
      sqlite: [
        casbinRule.sqlite,
        'CREATE TABLE rolebook_file (digest varchar PRIMARY KEY NOT NULL, content blob NOT NULL)',
        ...releases,
      ],
    },
  },
  historyMigration,
  digestMigration,
  groupsMigration,
  changesMigration,
  branchesMigration,
];
