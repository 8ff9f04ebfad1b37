/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- EntitySchema takes plain objects. */
import { EntitySchema } from 'typeorm';
import type { DatabaseKind } from './database-url.ts';

/**
 * A row of the table that typeorm-adapter reads and writes. Rows of a publication have ids below zero, counted up to
 * -1; those that the adapter adds have the ids that the database gives, above zero. So a publication replaces its own
 * rows, and no others.
 */
export interface CasbinRuleRow {
  readonly id: number;
  readonly ptype: string;
  readonly v0?: string;
  readonly v1?: string;
  readonly v2?: string;
  readonly v3?: string;
  readonly v4?: string;
  readonly v5?: string;
  readonly v6?: string;
}

export interface ReleaseRow {
  /** Counts up from 1; the greatest is what is published. */
  readonly sequence: number;
  readonly revision: string;
  /** Of git; null outside a repository. */
  readonly commit: string | null;
  readonly author: string;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
  /** The release whose files were published again. */
  readonly restores: number | null;
  /** `PolicyCounts` as JSON. */
  readonly counts: string;
  /** The time of the memberships among the rows for Casbin, ISO 8601, UTC. */
  readonly rulesAt: string;
  /** How many rows for Casbin there are. */
  readonly rules: number;
  /** SHA-256 over these rows. */
  readonly rulesDigest: string;
}

/** Which content a file had in a release. */
export interface ReleaseFileRow {
  readonly sequence: number;
  readonly path: string;
  readonly digest: string;
}

/** The content of a file, once for all releases that have it. */
export interface FileContentRow {
  /** SHA-256 in hex. */
  readonly digest: string;
  readonly content: Uint8Array;
}

const optionalText = { type: 'varchar', nullable: true } as const;

export const casbinRules = new EntitySchema<CasbinRuleRow>({
  name: 'CasbinRuleRow',
  tableName: 'casbin_rule',
  columns: {
    id: { type: 'integer', primary: true },
    ptype: optionalText,
    v0: optionalText,
    v1: optionalText,
    v2: optionalText,
    v3: optionalText,
    v4: optionalText,
    v5: optionalText,
    v6: optionalText,
  },
});

export const releases = new EntitySchema<ReleaseRow>({
  name: 'ReleaseRow',
  tableName: 'rolebook_release',
  columns: {
    sequence: { type: 'integer', primary: true },
    revision: { type: 'varchar' },
    commit: { ...optionalText, name: 'git_commit' },
    author: { type: 'varchar' },
    publishedAt: { type: 'varchar', name: 'published_at' },
    restores: { type: 'integer', nullable: true },
    counts: { type: 'varchar' },
    rulesAt: { type: 'varchar', name: 'rules_at' },
    rules: { type: 'integer' },
    rulesDigest: { type: 'varchar', name: 'rules_digest' },
  },
});

export const releaseFiles = new EntitySchema<ReleaseFileRow>({
  name: 'ReleaseFileRow',
  tableName: 'rolebook_release_file',
  columns: {
    sequence: { type: 'integer', primary: true },
    path: { type: 'varchar', primary: true },
    digest: { type: 'varchar' },
  },
});

const fileContentsOf = (type: 'bytea' | 'blob'): EntitySchema<FileContentRow> =>
  new EntitySchema<FileContentRow>({
    name: 'FileContentRow',
    tableName: 'rolebook_file',
    columns: { digest: { type: 'varchar', primary: true }, content: { type } },
  });

/** The same table, in the words of each database. */
export const fileContents = { postgres: fileContentsOf('bytea'), sqlite: fileContentsOf('blob') } as const;

export function entitiesOf(kind: DatabaseKind): EntitySchema[] {
  return [casbinRules, releases, releaseFiles, fileContents[kind]];
}
