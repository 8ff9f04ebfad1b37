import type { Catalog } from '../../policy/catalog.ts';
import type { EscalationChanges } from '../../review/diff/compare/escalation-changes.ts';
import type { PolicyDifference } from '../../review/diff/matching/policy-difference.ts';
import type { RuntimeMove } from '../../review/members/runtime-moves.ts';
import type { GateResult } from '../../review/diff/wording/change-gate.ts';
import type { PermissionWords } from '../../review/diff/wording/permission-words.ts';
import type { DiffBase } from './diff-base.ts';

export const diffFormats = ['text', 'markdown', 'json', 'github'] as const;

export type DiffFormat = (typeof diffFormats)[number];

/** The meaning of a change of the policy, and how paths are written where the command was started. */
export interface DiffOutcome {
  readonly base: DiffBase;
  /** Revisions of the two policies; there is none of before where there was no policy. */
  readonly revisions: { readonly before: string | undefined; readonly after: string };
  /** The files differ from what was committed last. */
  readonly isDirty: boolean;
  /** Undefined when there is nothing to compare with. */
  readonly difference: PolicyDifference | undefined;
  /** What a publication of the files would do to memberships at run time. */
  readonly moves: readonly RuntimeMove[];
  readonly escalations: EscalationChanges;
  readonly gates: readonly GateResult[];
  /** `--accept`: what the gates found may pass this once. */
  readonly isAccepted: boolean;
  readonly words: PermissionWords;
  readonly display: (file: string) => string;
}

/** The meaning of the files compared with the base, before anybody asked for more. */
export interface JudgedDiff extends Pick<DiffOutcome, 'base' | 'revisions' | 'difference' | 'moves' | 'escalations'> {
  readonly catalogs: { readonly before: Catalog | undefined; readonly after: Catalog };
}
