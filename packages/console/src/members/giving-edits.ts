import { heldAt } from '../api/changes.ts';
import type { Edit } from '../api/edits.ts';
import { atPlace } from '../api/place.ts';
import { readSubject, subjectsOf } from '../api/subjects.ts';

/** A role that is to be given, as the form has it. */
export interface Giving {
  /** As YAML writes subjects, with commas, semicolons, blanks or lines between. */
  readonly who: string;
  readonly role: string;
  /** Days, or empty. */
  readonly from: string;
  readonly until: string;
  readonly how: 'beside' | 'instead';
  readonly reason: string;
}

/** The edits that give it: what somebody holds besides stays, unless it is to be given instead. */
export async function givingEdits(
  workspace: string,
  { who, role, from, until, how, reason }: Giving,
  firstType: string,
  signal: AbortSignal,
): Promise<readonly Edit[]> {
  const given = {
    role,
    ...(from !== '' && { from }),
    ...(until !== '' && { until }),
    ...(reason.trim() !== '' && (from !== '' || until !== '') && { reason: reason.trim() }),
  };
  const edits: Edit[] = [];
  for (const subject of subjectsOf(who)) {
    const held = how === 'instead' ? [] : await heldAt(workspace, readSubject(subject, firstType), signal);
    const others = held.filter((one) => one.role !== role || from !== '');
    edits.push({ edit: 'member.set', ...atPlace(workspace), subject, roles: [...others, given] });
  }
  return edits;
}
