import type { EscalationChanges } from '../../review/diff/compare/escalation-changes.ts';
import type { GateResult } from '../../review/diff/wording/change-gate.ts';
import type { PermissionWords } from '../../review/diff/wording/permission-words.ts';
import type { PolicyDifference } from '../../review/diff/matching/policy-difference.ts';
import type { DiffBase } from './diff-base.ts';
import { reportDiffAsAnnotations } from './diff-annotations.ts';
import { reportDiffAsJson } from './diff-json.ts';
import { reportDiffAsMarkdown } from './diff-markdown.ts';
import { reportDiffAsText } from './diff-text.ts';
import type { ReportSurroundings } from '../report/problem-report.ts';

/** What a change of the policy means, and how paths are written where the command was started. */
export interface DiffOutcome {
  readonly base: DiffBase;
  /** Revisions of the two policies; the base has none where there was no policy. */
  readonly revisions: { readonly base: string | undefined; readonly files: string };
  /** The files differ from what was committed last. */
  readonly isDirty: boolean;
  /** Undefined when there is nothing to compare with. */
  readonly difference: PolicyDifference | undefined;
  readonly escalations: EscalationChanges;
  readonly gates: readonly GateResult[];
  /** `--accept`: what the gates found may pass this once. */
  readonly isAccepted: boolean;
  readonly words: PermissionWords;
  readonly display: (file: string) => string;
}

/** Lines of output: a policy of many workspaces gives more than fits one string. */
type DiffReporter = (outcome: DiffOutcome, surroundings: ReportSurroundings) => readonly string[];

export const diffReporters = {
  text: reportDiffAsText,
  markdown: reportDiffAsMarkdown,
  json: reportDiffAsJson,
  github: reportDiffAsAnnotations,
} as const satisfies Record<string, DiffReporter>;

export type DiffFormat = keyof typeof diffReporters;

export const diffFormats = ['text', 'markdown', 'json', 'github'] as const satisfies readonly DiffFormat[];
