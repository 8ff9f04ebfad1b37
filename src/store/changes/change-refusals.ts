import type { RefusedEdit } from '../../compile/edit/policy-edit.ts';
import { isRefused, type JudgedEdits } from '../../review/changes/judge-edits.ts';
import type { ChangeAnswer, ChangeRefusal } from './asked-change.ts';

export function refused(
  kind: ChangeRefusal['kind'],
  code: string,
  message: string,
  help?: string,
): Extract<ChangeAnswer, { readonly kind: 'refused' }> {
  return { kind: 'refused', refusal: { kind, code, message, ...(help === undefined ? {} : { help }) } };
}

/** The first of all that is wrong, as whoever asks has to mend it: what they may not do before what nobody may. */
export function refusalOf(judged: JudgedEdits): ChangeRefusal {
  if (!isRefused(judged)) throw new Error('it is not refused');
  const { faults, errors, tests } = judged;
  const fault = order.flatMap((kind) => faults.filter((one) => one.kind === kind))[0];
  if (fault) {
    const { edit, ...rest } = fault;
    return { ...rest, ...(edit === undefined ? {} : { edit }) };
  }
  const [error] = errors;
  if (error) {
    const message = `${error.file}:${error.line}: ${error.message}`;
    return { kind: 'against-the-rules', code: 'invalid-policy', message, help: '`problems` has all of it' };
  }
  const failed = tests?.tests.filter(({ outcome }) => outcome === 'failed') ?? [];
  const names = failed.slice(0, 3).map(({ name, file, line }) => `${name} (${file}:${line})`);
  const more = failed.length > names.length ? `, and ${failed.length - names.length} more` : '';
  return {
    kind: 'against-the-rules',
    code: 'failing-tests',
    message: `${failed.length === 1 ? 'a policy test fails' : `${failed.length} policy tests fail`} after this: ${names.join(', ')}${more}`,
    help: 'change what the tests promise in a pull request, or leave the change',
  };
}

const order = ['not-allowed', 'conflict', 'against-the-rules'] as const;

/** An edit that cannot be made: of something that is not there, or in a layout that is not understood. */
export function refuseEdit({ code, message, help }: RefusedEdit): ChangeRefusal {
  const isUnknown = code.startsWith('unknown-');
  return {
    kind: isUnknown ? 'unknown' : 'against-the-rules',
    code,
    message,
    ...(help === undefined ? {} : { help }),
  };
}
