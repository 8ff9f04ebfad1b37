import { timingSafeEqual } from 'node:crypto';
import { isWholeToken, membershipTag } from '../../../policy/text/history-token.ts';
import type { RuntimeMember } from '../../../policy/runtime-member.ts';
import type { Precondition } from './member-change.ts';

/** Why a membership is not as the caller takes it to be, or undefined when it is. */
export function preconditionFault(
  precondition: Precondition | undefined,
  current: RuntimeMember | undefined,
): string | undefined {
  if (!precondition) return undefined;
  if (precondition.kind === 'none') return current && 'the membership is there already';
  if (!current) return 'there is no such membership';
  const { tags } = precondition;
  if (tags === 'any' || tags.some((tag) => isTagOf(current, tag))) return undefined;
  return `the membership was changed meanwhile, by change ${current.sequence}`;
}

// In a time that does not tell how much of a guess was right. A membership whose token was lost has no tag.
function isTagOf({ token }: RuntimeMember, tag: string): boolean {
  if (!isWholeToken(token)) return false;
  const [wanted, given] = [Buffer.from(membershipTag(token)), Buffer.from(tag)];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
