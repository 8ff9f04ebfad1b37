import { RefusedEdit } from '../../src/compile/edit/policy-edit.ts';
import { parseSubject } from '../../src/policy/subject.ts';
import type { AskedEdit } from '../../src/review/changes/asked-edit.ts';
import { judgeEdits, type JudgedEdits, type JudgeOptions } from '../../src/review/changes/judge-edits.ts';
import { nowMs, sourceFiles } from './compile-yaml.ts';

type Files = Readonly<Record<string, string>>;

/** Edits as they are judged on files, made by somebody or by nobody. */
export function judge(
  files: Files,
  edits: AskedEdit | readonly AskedEdit[],
  actor?: string,
  options: Partial<JudgeOptions> = {},
): Promise<JudgedEdits> {
  const list = Array.isArray(edits) ? (edits as readonly AskedEdit[]) : [edits as AskedEdit];
  const who = actor === undefined ? {} : { actor: parseSubject(actor, 'user') };
  return judgeEdits(sourceFiles(files), list, { nowMs, ...who, ...options });
}

/** The codes of why edits may not be made, or `allowed`. */
export async function answerOf(
  files: Files,
  edits: AskedEdit | readonly AskedEdit[],
  actor?: string,
  options: Partial<JudgeOptions> = {},
): Promise<string> {
  try {
    const { faults, errors, tests } = await judge(files, edits, actor, options);
    const codes: string[] = [...errors.map(({ code }) => code), ...faults.map(({ code }) => code)];
    if ((tests?.failed ?? 0) > 0) codes.push('failing-test');
    return codes.length === 0 ? 'allowed' : [...new Set(codes)].join();
  } catch (error) {
    if (error instanceof RefusedEdit) return error.code;
    throw error;
  }
}
