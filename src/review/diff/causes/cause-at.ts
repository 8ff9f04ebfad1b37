import { lengthAt, type Position } from '../../../policy/position.ts';
import type { Cause, CauseKind } from '../matching/policy-difference.ts';

/** The cause that stands at a place of one of the two policies. */
export function causeAt(
  kind: CauseKind,
  role: string | undefined,
  text: string,
  at: Position,
  side: Cause['side'],
  nearest: Position | undefined,
): Cause {
  const { file, line, column } = at;
  return { kind, role, through: [], text, file, line, column, length: lengthAt(at), side, nearest, lines: undefined };
}
