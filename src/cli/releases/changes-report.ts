import type { ChangesNotPulled } from '../../store/database/releases/held-changes.ts';
import type { ChangeHead, ListedEdit } from '../../store/changes/asked-change.ts';
import { printResult, say, type CommandIo } from '../command/command-io.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';

const mostTold = 50;

/** A change for programs, as it is listed. */
export function plainChange({ change, at, actor, reason, reverts, edits }: ChangeHead): object {
  return {
    change,
    at,
    actor,
    ...(reason === undefined ? {} : { reason }),
    ...(reverts === undefined ? {} : { reverts }),
    edits,
  };
}

/** Changes a line each: which, when, by whom, what and why. */
export function formatChanges(changes: readonly ChangeHead[]): string[] {
  const lines = changes.slice(0, mostTold).map((change) => printable(`  ${formatChange(change)}`));
  const left = changes.length - lines.length;
  return [...lines, ...(left === 0 ? [] : [`  and ${left} more; \`--format json\` has them all`])];
}

export function formatChange({ change, at, actor, reason, reverts, edits }: ChangeHead): string {
  const what = reverts === undefined ? edits.map(describeEdit).join(', ') : `change ${reverts} undone`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${change}, ${at.replace(/\.\d+Z$/, 'Z')}, by ${actor.type === 'user' ? '' : `${actor.type}:`}${actor.id}: ${what}${why}`;
}

const objects = ['role', 'subject', 'group', 'permission'] as const;

function describeEdit(edit: ListedEdit): string {
  const words = edit as unknown as Readonly<Record<string, unknown>>;
  const object = objects.map((key) => words[key]).find((word) => typeof word === 'string');
  const place = words['workspace'] ?? words['organization'];
  const where = typeof place !== 'string' ? '' : object === undefined ? ` ${place}` : ` in ${place}`;
  return `${edit.edit}${typeof object === 'string' ? ` ${object}` : ''}${where}`;
}

/** Says which changes a publication would undo, and that nothing was published. */
export function reportNotPulled(
  io: CommandIo,
  format: 'text' | 'json',
  { missing, message, help }: ChangesNotPulled,
): void {
  const heads = missing.map(({ head }) => JSON.parse(head) as ChangeHead);
  printResult(
    io,
    format === 'json'
      ? JSON.stringify({ outcome: 'refused', changes: heads.map(plainChange) }, undefined, 2)
      : [`refused: ${printable(message)}`, ...formatChanges(heads)].join('\n'),
  );
  say(io, `${paintFor(io, 'stderr').cyan('help:')} ${help ?? ''}`);
}
