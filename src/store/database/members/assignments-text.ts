import { compareText } from '../../../policy/position.ts';
import type { RuntimeAssignment } from '../../../policy/runtime-member.ts';

/** Assignments as they are stored: the same ones are the same text, in whatever order they came. */
export function assignmentsText(assignments: readonly RuntimeAssignment[]): string {
  const texts = assignments.map(({ role, from, until, reason }) => JSON.stringify({ role, from, until, reason }));
  return `[${[...new Set(texts)].sort(compareText).join(',')}]`;
}
