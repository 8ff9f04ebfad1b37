import type { CompileResult } from '../../compile/compile-policy.ts';
import { applyEdits } from '../../compile/edit/apply-edits.ts';
import { EditGround } from '../../compile/edit/edit-ground.ts';
import { RefusedEdit } from '../../compile/edit/policy-edit.ts';
import { classifyPath, type SourceFile } from '../../compile/file/policy-files.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { AskedEdit } from './asked-edit.ts';
import { findRow, RowsSoFar, type ChangedRow } from './changed-rows.ts';

/** One edit of a change, and the policy before it and after. */
export interface EditStep {
  readonly index: number;
  readonly edit: AskedEdit;
  readonly filesBefore: readonly SourceFile[];
  readonly before: PolicySet;
  /** Undefined where the files have errors after it. */
  readonly after: PolicySet | undefined;
  /** A membership at run time that it changes; undefined: it changes files. */
  readonly row?: ChangedRow;
}

/** Edits that were made one after the other. */
export interface MadeEdits {
  readonly steps: readonly EditStep[];
  readonly files: readonly SourceFile[];
  /** What the files give after the last edit that could be made: all of them, unless one left the files with errors. */
  readonly result: CompileResult;
  /** Memberships at run time that were changed, as they are to be; without assignments: they end. */
  readonly rows: readonly RuntimeMember[];
}

/**
 * Makes edits in order, each on what the one before has left. Throws a `RefusedEdit` where one cannot be made. Where one
 * leaves the files with errors, those after it are not made: nobody knows what they would mean. With `given`, memberships
 * of those whom the files do not list are changed at run time.
 */
export function makeInSteps(
  files: readonly SourceFile[],
  before: CompileResult & { readonly policy: PolicySet },
  edits: readonly AskedEdit[],
  compile: (files: readonly SourceFile[]) => CompileResult,
  given?: readonly RuntimeMember[],
): MadeEdits {
  const rows = new RowsSoFar();
  const steps: EditStep[] = [];
  let [now, policy, result]: [readonly SourceFile[], PolicySet, CompileResult] = [files, before.policy, before];
  for (const [index, edit] of edits.entries()) {
    const known = policy;
    const row = given && findRow(known, edit, given, rows);
    if (row) {
      rows.set(row.after);
      steps.push({ index, edit, filesBefore: now, before: known, after: known, row });
      continue;
    }
    const after = withoutEmptyTests(now, applyEdit(now, known, edit, index), known);
    if (after.length !== now.length || after.some((file, place) => file !== now[place])) result = compile(after);
    steps.push({ index, edit, filesBefore: now, before: known, after: result.policy });
    now = after;
    if (!result.policy) break;
    rows.follow(known, result.policy);
    policy = result.policy;
  }
  return { steps, files: now, result, rows: rows.all };
}

function applyEdit(
  files: readonly SourceFile[],
  known: PolicySet,
  edit: AskedEdit,
  index: number,
): readonly SourceFile[] {
  try {
    return applyEdits(files, known, [edit], () => known);
  } catch (error) {
    if (!(error instanceof RefusedEdit)) throw error;
    throw new RefusedEdit(error.code, error.message, error.help, index);
  }
}

/** A file of tests without one is none: with the last test that spoke of what is gone, the file goes. */
export function withoutEmptyTests(
  before: readonly SourceFile[],
  after: readonly SourceFile[],
  policy: PolicySet,
): readonly SourceFile[] {
  const known = new Set(before);
  const edited = after.filter((file) => !known.has(file) && classifyPath(file.path) === 'test');
  if (edited.length === 0) return after;
  const ground = new EditGround(policy, edited);
  const empty = new Set(
    edited.filter(({ path }) => {
      const { tests } = ground.data(path);
      return Array.isArray(tests) && tests.length === 0;
    }),
  );
  return empty.size === 0 ? after : after.filter((file) => !empty.has(file));
}
