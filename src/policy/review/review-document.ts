import type { ReviewKind } from './review-kinds.ts';

/** The words that say what a finding is about, as `waive` has them. */
export interface ReviewedThing {
  readonly organization?: string;
  readonly workspace?: string;
  readonly role?: string;
  readonly member?: string;
  readonly permission?: string;
}

/** The numbers and names that a finding rests on; times as RFC 3339 writes them, UTC. */
export interface ReviewedEvidence {
  readonly holders?: number;
  readonly names?: readonly string[];
  readonly users?: number;
  readonly other?: string;
  readonly count?: number;
  readonly first?: string;
  readonly last?: string;
  readonly since?: string;
  readonly until?: string;
}

/** A finding as a review of past decisions told it, be it that it is over by now. */
export interface ReviewedFinding {
  readonly id: string;
  readonly kind: ReviewKind;
  readonly about: ReviewedThing;
  readonly message: string;
  readonly evidence: ReviewedEvidence;
  /** What would have taken it away then; none where a person had to decide. */
  readonly edits: readonly { readonly edit: string }[];
  readonly byHand?: string;
}

/** The number of times that something was used, and when first and last. */
export interface ReviewedUse {
  readonly permission: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

/** A review as `rolebook review --format json` wrote it, as much of it as is told of a place; `schemas/review.schema.json` has all. */
export interface ReviewDocument {
  readonly revision: string;
  readonly log: { readonly from?: string; readonly to?: string; readonly days: number };
  readonly judged: boolean;
  readonly refused?: string;
  readonly findings: readonly ReviewedFinding[];
  readonly waived: readonly { readonly finding: ReviewedFinding }[];
  readonly roles: readonly { readonly about: ReviewedThing; readonly used: readonly ReviewedUse[] }[];
  readonly silent: readonly string[];
}
