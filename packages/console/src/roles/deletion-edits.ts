import { heldAt } from '../api/changes.ts';
import type { Edit } from '../api/edits.ts';
import { atPlace } from '../api/place.ts';
import { readSubject } from '../api/subjects.ts';

/** Stands for no other role, for who holds something else already. */
export const nothingMore = '';

interface Deletion {
  readonly workspace: string;
  readonly role: string;
  /** What everybody gets for whom nothing else was chosen. */
  readonly heir: string;
  /** By subject as YAML writes it. */
  readonly each: Readonly<Record<string, string>>;
  readonly firstType: string;
}

/** The edits that delete a role: first those who get something else, one by one, then the role, which moves the rest. */
export async function deletionEdits(
  { workspace, role, heir, each, firstType }: Deletion,
  signal: AbortSignal,
): Promise<readonly Edit[]> {
  const moves: Edit[] = [];
  for (const [subject, chosen] of Object.entries(each)) {
    if (chosen === heir) continue;
    const held = await heldAt(workspace, readSubject(subject, firstType), signal);
    // Who has it by a group keeps what the group is given.
    if (!held.some((one) => one.role === role)) continue;
    const others = held.filter((one) => one.role !== role);
    const moved = held
      .filter((one) => one.role === role && chosen !== nothingMore && !others.some((other) => other.role === chosen))
      .map((one) => ({ ...one, role: chosen }));
    const roles = [...others, ...moved];
    moves.push(
      roles.length === 0
        ? { edit: 'member.remove', ...atPlace(workspace), subject }
        : { edit: 'member.set', ...atPlace(workspace), subject, roles },
    );
  }
  return [...moves, { edit: 'role.delete', ...atPlace(workspace), role, to: heir }];
}
