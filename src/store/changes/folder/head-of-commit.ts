import type { MadeChange, WrittenChange } from '../asked-change.ts';
import type { ChangeToWrite } from './change-keeper.ts';

/** A change that a commit has, as it is listed. */
export function headOfCommit(change: string, of: ChangeToWrite, written: WrittenChange): MadeChange {
  const { asked, atMs, edits, revision, data, atRunTime } = of;
  const { actor, caller, reason, what } = asked;
  return {
    change,
    // As git keeps it, unless the message has more.
    at: new Date(atRunTime ? atMs : Math.floor(atMs / 1000) * 1000).toISOString(),
    actor,
    ...(caller.name === undefined ? {} : { caller: caller.name }),
    ...(reason === undefined ? {} : { reason }),
    ...(what.kind === 'revert' ? { reverts: what.change } : {}),
    edits,
    revision,
    written,
    people: data.effect?.people ?? 0,
  };
}
