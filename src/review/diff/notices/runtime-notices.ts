import { findWorkspace, type PolicySet } from '../../../policy/policy-set.ts';
import type { Position } from '../../../policy/position.ts';
import { partsOfGroup, type Place } from '../../../policy/runtime-member.ts';
import { formatSubject } from '../../../policy/subject.ts';
import type { BrokenRule } from '../../members/broken-rules.ts';
import type { HandedOver } from '../../members/handed-over.ts';
import { describeCause, isRenaming, type RuntimeMove } from '../../members/runtime-moves.ts';
import { groupBy } from '../matching/group-by.ts';
import { noticeOf } from './notice.ts';
import type { Notice } from '../matching/policy-difference.ts';

const mostNames = 10;

/** The rules that members at run time would break, for which the files cannot be published there. */
export function findBrokenNotices(broken: readonly BrokenRule[], { catalog, workspaces }: PolicySet): Notice[] {
  const [firstType] = catalog.subjectTypes;
  return broken.map(({ code, place, subject, message }) =>
    noticeOf('runtime-refused', `a publication is refused: ${message} [${code}]`, {
      workspace: place.kind === 'workspace' ? place.id : undefined,
      subjects: subject ? [formatSubject(subject, firstType)] : [],
      position: place.kind === 'workspace' ? workspaces.get(place.id)?.position : undefined,
    }),
  );
}

/** What the files would do to memberships at run time, those that it does the same to together. */
export function findRuntimeNotices(moves: readonly RuntimeMove[], policy: PolicySet): Notice[] {
  const [firstType] = policy.catalog.subjectTypes;
  const positionOf = ({ kind, id }: Place): Position | undefined =>
    kind === 'workspace' ? findWorkspace(policy, id)?.position : undefined;
  // That a place or a group has another id is told by itself, and changes nothing for its members.
  const told = moves.filter(({ cause }) => !isRenaming(cause));
  const groups = groupBy(told, (move) => {
    const { place } = move.member;
    return JSON.stringify([place.kind, place.id, kindOf(move), describeCause(move)]);
  });
  return [...groups.values()].flatMap((some) => {
    const [first] = some;
    if (!first) return [];
    const { place } = first.member;
    const subjects = some.map(({ member }) => formatSubject(member.subject, firstType));
    const text = `${listNames(subjects)}${heldBy(first, subjects.length === 1)}: ${describeCause(first)}`;
    return noticeOf(kindOf(first), text, {
      workspace: place.kind === 'workspace' ? place.id : undefined,
      subjects,
      position: first.cause.kind === 'taken-over' ? first.cause.by : positionOf(place),
    });
  });
}

/** What the files give that somebody handed over at run time, and so does not hold. */
export function findHandedOverNotices(handedOver: readonly HandedOver[], { catalog }: PolicySet): Notice[] {
  return handedOver.map(({ place, subject, message, position }) =>
    noticeOf('runtime-handed-over', message, {
      workspace: place.kind === 'workspace' ? place.id : undefined,
      subjects: [formatSubject(subject, catalog.subjectTypes[0])],
      position,
    }),
  );
}

function heldBy({ cause, member }: RuntimeMove, isOne: boolean): string {
  const where = `${member.place.kind} \`${member.place.id}\``;
  if (cause.kind === 'agreed') return `, who handed over a role of ${where} at run time`;
  if (member.place.kind === 'group') {
    const group = `group \`${partsOfGroup(member.place.id).group}\``;
    if (cause.kind === 'returned') return ` ${isOne ? 'comes' : 'come'} back into ${group}, put there at run time`;
    return `, who ${isOne ? 'is' : 'are'} in ${group} since run time`;
  }
  if (cause.kind === 'returned') return ` ${isOne ? 'gets' : 'get'} roles of ${where} back, given at run time`;
  return `, who ${isOne ? 'holds' : 'hold'} roles of ${where} since run time`;
}

function kindOf({
  after,
  cause,
}: RuntimeMove): 'runtime-taken-over' | 'runtime-ended' | 'runtime-moved' | 'runtime-returned' | 'runtime-agreed' {
  if (cause.kind === 'returned') return 'runtime-returned';
  if (cause.kind === 'agreed') return 'runtime-agreed';
  if (cause.kind === 'taken-over') return 'runtime-taken-over';
  return after.length === 0 ? 'runtime-ended' : 'runtime-moved';
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map((name) => `\`${name}\``);
  const left = names.length - shown.length;
  const [last = ''] = shown.slice(-1);
  if (left > 0) return `${shown.join(', ')} and ${left} more`;
  return shown.length === 1 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
