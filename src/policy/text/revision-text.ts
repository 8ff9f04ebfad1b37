/**
 * The twelve digits of a policy's digest that people are shown. Two policies with the same twelve can be made within a
 * minute, so nothing may take them for the policy itself: whatever compares, compares digests.
 */
export function shortenDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** A revision as somebody was told it, and gives it back as `minRevision`. Which form it has says where it is from. */
export type Revision = FilesRevision | CommitRevision | DatabaseRevision;

/** A revision of files alone, which have no order. */
export interface FilesRevision {
  readonly kind: 'files';
  readonly policy: string;
}

/** A revision of files at a commit of git, of whose name there are twelve digits at least. */
export interface CommitRevision {
  readonly kind: 'commit';
  readonly policy: string;
  readonly commit: string;
}

/** A revision of a database, and how far its history was. Two of one history are compared by the sequence. */
export interface DatabaseRevision {
  readonly kind: 'database';
  readonly policy: string;
  readonly sequence: number;
  /** A part of the token of that very event; undefined: an earlier version told it. */
  readonly token: string | undefined;
}

/** `3f9c2a1b7d4e`, `3f9c2a1b7d4e@0c9f2c7d1a54` or `3f9c2a1b7d4e.1234-9f1c22ab`. */
export function formatRevision(revision: Revision): string {
  const { kind, policy } = revision;
  if (kind === 'files') return policy;
  if (kind === 'commit') return `${policy}@${revision.commit}`;
  const { sequence, token } = revision;
  return `${policy}.${sequence}${token === undefined ? '' : `-${token}`}`;
}

// A sequence stays a whole number that a double holds exactly.
const pattern = /^([0-9a-f]{12})(?:@([0-9a-f]{12,64})|\.([1-9]\d{0,14})(?:-([0-9a-z]{4,32}))?)?$/;

/** The opposite of `formatRevision`; undefined for any other text. */
export function parseRevision(text: string): Revision | undefined {
  const [, policy, commit, sequence, token] = pattern.exec(text) ?? [];
  if (policy === undefined) return undefined;
  if (commit !== undefined) return { kind: 'commit', policy, commit };
  if (sequence !== undefined) return { kind: 'database', policy, sequence: Number(sequence), token };
  return { kind: 'files', policy };
}
