import type { JudgedEdits } from '../../review/changes/judge-edits.ts';
import type { AffectedMember } from '../../review/changes/affected-members.ts';
import { PermissionWords } from '../../review/diff/wording/permission-words.ts';
import type { TestResult } from '../../review/testing/run-policy-tests.ts';
import type { DiffOutcome } from '../diff/diff-outcome.ts';

/** Edits as they were judged, and whether they are in the files. */
export interface EditOutcome {
  readonly judged: JudgedEdits;
  readonly written: boolean;
  readonly display: (file: string) => string;
}

/** What edits do to people, as `diff` tells it. */
export function effectOf({ judged, display }: EditOutcome): DiffOutcome | undefined {
  const { effect } = judged;
  if (!effect) return undefined;
  const { catalogs } = effect;
  return {
    ...effect,
    base: { commit: undefined, how: 'the files as they are', problems: [], standIn: undefined },
    isDirty: false,
    gates: [],
    isAccepted: false,
    words: new PermissionWords(catalogs.before, catalogs.after),
    display,
  };
}

/** Who holds a role that would be deleted, by name. */
export function holdersIn({ affected }: JudgedEdits): readonly string[] {
  return [...new Set(affected.filter(({ roles }) => roles.length > 0).map(({ subject }) => subject))];
}

/** What somebody loses, without the times. */
export function lossesOf({ lost }: AffectedMember): readonly string[] {
  return [...new Set(lost.flatMap(({ permissions }) => permissions))];
}

export function failedTests({ tests }: JudgedEdits): readonly TestResult[] {
  return (tests?.tests ?? []).filter(({ outcome }) => outcome === 'failed');
}
