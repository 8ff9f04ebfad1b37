import type { SourceFile } from '../../../compile/file/policy-files.ts';
import type { PolicyCounts } from '../../live/policy-counts.ts';
import { damagedRow } from '../damaged-row.ts';
import type { ReleaseRow } from '../tables/entities.ts';

/** A revision that was published. */
export interface PublishedRelease {
  /** Counts up from 1; the greatest is what is published. */
  readonly sequence: number;
  /** Of the policy: what tells one from another. */
  readonly digest: string;
  /** For people. */
  readonly revision: string;
  /** Of git, with `-dirty` behind it when the files differed from it; undefined outside a repository. */
  readonly commit: string | undefined;
  readonly author: string;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
  /** The release whose files a rollback published again. */
  readonly restores: number | undefined;
  readonly counts: PolicyCounts;
  /** The time of the memberships among the rows for Casbin, ISO 8601, UTC. */
  readonly rulesAt: string;
  /** How many rows for Casbin there are. */
  readonly rules: number;
}

/** A file that was read. */
export type ReadFile = Extract<SourceFile, { readonly content: Uint8Array }>;

function parseCounts(text: string, sequence: number): PolicyCounts {
  try {
    return JSON.parse(text) as PolicyCounts;
  } catch {
    throw damagedRow(`release ${String(sequence)}`, 'does not say what it holds');
  }
}

export function releaseOf(row: ReleaseRow): PublishedRelease {
  const { sequence, digest, revision, commit, author, publishedAt, restores, counts, rulesAt, rules } = row;
  return {
    sequence,
    digest,
    revision,
    commit: commit ?? undefined,
    author,
    publishedAt,
    restores: restores ?? undefined,
    counts: parseCounts(counts, sequence),
    rulesAt,
    rules,
  };
}
