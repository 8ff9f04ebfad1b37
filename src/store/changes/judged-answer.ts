import type { PolicySet } from '../../policy/policy-set.ts';
import { isRefused, type JudgedEdits } from '../../review/changes/judge-edits.ts';
import type { JudgedData } from '../../review/changes/judged-data.ts';
import type { AskedChange, ChangeAnswer } from './asked-change.ts';
import { findOutOfReach, isUnconfirmed } from './asked-reach.ts';
import { refusalOf, refusalToTell } from './change-refusals.ts';

/** The answer to a change that is not to be written, whatever the place; undefined: it is to be. */
export function unwrittenAnswer(
  asked: AskedChange,
  judged: JudgedEdits,
  {
    live,
    revision,
    data,
    isEmpty,
  }: {
    readonly live: PolicySet;
    readonly revision: string;
    readonly data: JudgedData;
    readonly isEmpty: boolean;
  },
): ChangeAnswer | undefined {
  const beyond = findOutOfReach({ ...asked, what: { kind: 'edits', edits: judged.edits } }, live);
  if (beyond) return { kind: 'refused', refusal: beyond };
  if (isRefused(judged)) return refusalToTell(refusalOf(judged), data);
  if (asked.isPreview || isEmpty) return { kind: 'judged', data, revision };
  if (judged.confirm !== undefined && judged.edits.some((edit) => isUnconfirmed(edit, asked))) {
    const message = `a role is deleted, affected: ${judged.affected.length}; nobody has agreed to the list`;
    const help = 'show `affected`, and send the edit again with `confirm`';
    return { kind: 'refused', refusal: { kind: 'conflict', code: 'unconfirmed', message, help }, data };
  }
  return undefined;
}
