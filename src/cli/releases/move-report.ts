import { formatPosition } from '../../policy/position.ts';
import type { HandedOver } from '../../review/members/handed-over.ts';
import { describeMove, withoutRenamed, type RuntimeMove } from '../../review/members/runtime-moves.ts';
import { printable } from '../report/printable.ts';

/** What becomes of a membership, for programs. */
export function plainMove(move: RuntimeMove): object {
  return {
    [move.member.place.kind]: move.member.place.id,
    subject: move.member.subject,
    before: move.member.assignments,
    after: move.after,
    cause: move.cause.kind,
    reason: describeMove(move),
  };
}

const mostMoves = 50;

/** What became of memberships, or would, a line each, as many as somebody reads. */
export function formatMoves(moves: readonly RuntimeMove[], deedOf?: 'would end'): string[] {
  const told = withoutRenamed(moves);
  const lines = told.slice(0, mostMoves).map((move) => {
    const { place, subject } = move.member;
    const deed = deedOf ?? describeDeed(move);
    const who = `${subject.type}:${subject.id} in ${place.kind} ${place.id}`;
    return printable(`${deed}: ${who}: ${describeMove(move).replaceAll('`', '')}`);
  });
  const left = told.length - lines.length;
  return left === 0 ? lines : [...lines, `and ${left} more members; \`--format json\` has them all`];
}

function describeDeed({ after, cause }: RuntimeMove): string {
  if (cause.kind === 'returned') return 'back';
  if (cause.kind === 'agreed') return 'agreed';
  return after.length === 0 ? 'ended' : 'moved';
}

/** What the files give and was handed over at run time, for programs. */
export function plainHandedOver({ place, subject, role, position }: HandedOver): object {
  const { file, line, column } = position;
  return { [place.kind]: place.id, subject, role, file, line, column };
}

/** The same, a line each. */
export function formatHandedOver(handedOver: readonly HandedOver[]): string[] {
  const lines = handedOver
    .slice(0, mostMoves)
    .map(({ message, position }) =>
      printable(`handed over: ${message.replaceAll('`', '')}, at ${formatPosition(position)}`),
    );
  const left = handedOver.length - lines.length;
  return left === 0 ? lines : [...lines, `and ${left} more roles; \`--format json\` has them all`];
}
