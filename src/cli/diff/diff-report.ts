import type { ReportSurroundings } from '../report/report-surroundings.ts';
import { reportDiffAsAnnotations } from './diff-annotations.ts';
import { reportDiffAsJson } from './diff-json.ts';
import { reportDiffAsMarkdown } from './diff-markdown.ts';
import type { DiffFormat, DiffOutcome } from './diff-outcome.ts';
import { reportDiffAsText } from './diff-text.ts';

/** Lines of output: a policy of many workspaces gives more than fits one string. */
type DiffReporter = (outcome: DiffOutcome, surroundings: ReportSurroundings) => readonly string[];

export const diffReporters = {
  text: reportDiffAsText,
  markdown: reportDiffAsMarkdown,
  json: reportDiffAsJson,
  github: reportDiffAsAnnotations,
} as const satisfies Record<DiffFormat, DiffReporter>;
