import type { Migration } from './migration.ts';

// Not a part of the release: a commit that changes nothing of the policy makes none, and yet is not to be published
// when somebody has rolled back since.
const statements = [
  `CREATE TABLE rolebook_branch (
    id varchar PRIMARY KEY, url varchar NOT NULL, ref varchar NOT NULL, path varchar NOT NULL,
    git_commit varchar NOT NULL, release integer NOT NULL REFERENCES rolebook_release (sequence),
    token varchar NOT NULL, published_at varchar NOT NULL)`,
];

/** The branches whose commits are published by whoever follows them, and how far that is. */
export const branchesMigration: Migration = {
  id: 6,
  name: 'branches',
  statements: { postgres: statements, sqlite: statements },
};
