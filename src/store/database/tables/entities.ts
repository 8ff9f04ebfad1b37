import { EntitySchema } from 'typeorm';
// Not the package's own entry, which loads the adapter and the package `mongodb`.
import { CasbinRule } from 'typeorm-adapter/lib/casbinRule.js';
import type { Place } from '../../../policy/runtime-member.ts';
import type { DatabaseKind } from '../database-url.ts';

export interface ReleaseRow {
  /** Counts up from 1; the greatest is what is published. */
  readonly sequence: number;
  /** The digest of the policy, SHA-256 in hex; empty when an earlier version published files that give another one. */
  readonly digest: string;
  /** For people, and never compared. */
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

/** The content that a file had in a release. */
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

/** The last sequence that the column holds; PostgreSQL refuses a statement with a larger number. */
export const mostSequence = 2 ** 31 - 1;

/** An event that happened. Rows are added and never changed; the sequence counts up by one. */
export interface EventRow {
  readonly sequence: number;
  /** Random: no other history has it. */
  readonly token: string;
  /** ISO 8601, UTC. */
  readonly happenedAt: string;
  readonly kind: 'release' | 'member';
  /** The release that was published, or whose publication changed this membership. */
  readonly release: number | null;
  readonly placeKind: Place['kind'] | null;
  /** Of a group `ORGANIZATION/GROUP`. */
  readonly place: string | null;
  readonly subjectType: string | null;
  readonly subjectId: string | null;
  /** Null for who published. */
  readonly actorType: string | null;
  readonly actorId: string;
  readonly reason: string | null;
  /** Assignments as JSON; null where there was no membership. */
  readonly heldBefore: string | null;
  readonly heldAfter: string | null;
}

/** A membership at run time as it is now. */
export interface MemberRow {
  readonly placeKind: Place['kind'];
  readonly place: string;
  readonly subjectType: string;
  readonly subjectId: string;
  /** `RuntimeAssignment`s as JSON. */
  readonly assignments: string;
  /** Of the event that wrote it. */
  readonly sequence: number;
  readonly token: string;
  /** Its rows for Casbin as JSON: `[id, subject, role, workspace]` each. */
  readonly rules: string;
}

/** The answer that a request with an idempotency key was given. */
export interface IdempotencyRow {
  readonly key: string;
  readonly digest: string;
  /** ISO 8601, UTC. */
  readonly keptAt: string;
  /** `MemberChangeResult` as JSON. */
  readonly answer: string;
}

/** A change that was made through a sidecar. */
export interface ChangeRow {
  /** In the order in which they were made. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** All its events, and no others, have sequences from the one to the other. */
  readonly firstEvent: number;
  readonly lastEvent: number;
  /** The release that it made; null: it changed memberships at run time alone. */
  readonly release: number | null;
  /** The name of the token that asked. */
  readonly caller: string | null;
  /** Who made it, why, what they asked for and what it came to, as JSON. */
  readonly head: string;
  readonly idempotencyKey: string | null;
  readonly idempotencyDigest: string | null;
}

/** A branch whose commits are published here: the last that was. */
export interface BranchRow {
  /** SHA-256 over repository, branch and folder, in hex. */
  readonly id: string;
  readonly url: string;
  readonly ref: string;
  readonly path: string;
  readonly commit: string;
  /** The newest release then: its own, or one of the very same policy. */
  readonly release: number;
  /** Random: no other publication has it. */
  readonly token: string;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
}

/** A sidecar that is, or was a short time ago. */
export interface SidecarRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seenAt: string;
  readonly revision: string | null;
  readonly sequence: number | null;
  /** The rest of what it tells of itself, as JSON. */
  readonly health: string;
}

const optionalText = { type: 'varchar', nullable: true } as const;

/**
 * The table `casbin_rule` is as typeorm-adapter has it. Rows of a publication have ids below zero, counted up to -1;
 * those that are added one by one have the ids that the database gives, above zero. So a publication replaces its own
 * rows, and no others.
 */
export const casbinRules = CasbinRule;

/** A row of it. */
export type CasbinRuleRow = Pick<CasbinRule, 'id' | 'ptype'> &
  Partial<Pick<CasbinRule, 'v0' | 'v1' | 'v2' | 'v3' | 'v4' | 'v5' | 'v6'>>;

export const releases = new EntitySchema<ReleaseRow>({
  name: 'ReleaseRow',
  tableName: 'rolebook_release',
  columns: {
    sequence: { type: 'integer', primary: true },
    digest: { type: 'varchar' },
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

const placeColumns = (more: { primary?: true; nullable?: true }) =>
  ({
    placeKind: { type: 'varchar', name: 'place_kind', ...more },
    place: { type: 'varchar', ...more },
    subjectType: { type: 'varchar', name: 'subject_type', ...more },
    subjectId: { type: 'varchar', name: 'subject_id', ...more },
  }) as const;

export const events = new EntitySchema<EventRow>({
  name: 'EventRow',
  tableName: 'rolebook_event',
  columns: {
    sequence: { type: 'integer', primary: true },
    token: { type: 'varchar' },
    happenedAt: { type: 'varchar', name: 'happened_at' },
    kind: { type: 'varchar' },
    release: { type: 'integer', nullable: true },
    ...placeColumns({ nullable: true }),
    actorType: { ...optionalText, name: 'actor_type' },
    actorId: { type: 'varchar', name: 'actor_id' },
    reason: optionalText,
    heldBefore: { ...optionalText, name: 'held_before' },
    heldAfter: { ...optionalText, name: 'held_after' },
  },
});

export const members = new EntitySchema<MemberRow>({
  name: 'MemberRow',
  tableName: 'rolebook_member',
  columns: {
    ...placeColumns({ primary: true }),
    assignments: { type: 'varchar' },
    sequence: { type: 'integer' },
    token: { type: 'varchar' },
    rules: { type: 'varchar' },
  },
});

export const idempotencyKeys = new EntitySchema<IdempotencyRow>({
  name: 'IdempotencyRow',
  tableName: 'rolebook_idempotency',
  columns: {
    key: { type: 'varchar', primary: true },
    digest: { type: 'varchar' },
    keptAt: { type: 'varchar', name: 'kept_at' },
    answer: { type: 'varchar' },
  },
});

export const changes = new EntitySchema<ChangeRow>({
  name: 'ChangeRow',
  tableName: 'rolebook_change',
  columns: {
    id: { type: 'varchar', primary: true },
    madeAt: { type: 'varchar', name: 'made_at' },
    firstEvent: { type: 'integer', name: 'first_event' },
    lastEvent: { type: 'integer', name: 'last_event' },
    release: { type: 'integer', nullable: true },
    caller: optionalText,
    head: { type: 'varchar' },
    idempotencyKey: { ...optionalText, name: 'idempotency_key' },
    idempotencyDigest: { ...optionalText, name: 'idempotency_digest' },
  },
});

export const branches = new EntitySchema<BranchRow>({
  name: 'BranchRow',
  tableName: 'rolebook_branch',
  columns: {
    id: { type: 'varchar', primary: true },
    url: { type: 'varchar' },
    ref: { type: 'varchar' },
    path: { type: 'varchar' },
    commit: { type: 'varchar', name: 'git_commit' },
    release: { type: 'integer' },
    token: { type: 'varchar' },
    publishedAt: { type: 'varchar', name: 'published_at' },
  },
});

export const sidecars = new EntitySchema<SidecarRow>({
  name: 'SidecarRow',
  tableName: 'rolebook_sidecar',
  columns: {
    id: { type: 'varchar', primary: true },
    host: { type: 'varchar' },
    pid: { type: 'integer' },
    version: { type: 'varchar' },
    startedAt: { type: 'varchar', name: 'started_at' },
    seenAt: { type: 'varchar', name: 'seen_at' },
    revision: optionalText,
    sequence: { type: 'integer', nullable: true },
    health: { type: 'varchar' },
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

export function entitiesOf(kind: DatabaseKind): (EntitySchema | typeof CasbinRule)[] {
  const others = [events, members, idempotencyKeys, changes, branches, sidecars];
  return [casbinRules, releases, releaseFiles, fileContents[kind], ...others];
}
