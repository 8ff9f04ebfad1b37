import type { DistinctMember } from '../../policy/membership/effective-members.ts';
import { formatSubject } from '../../policy/subject.ts';
import { quote } from './describe-value.ts';

/** Somebody as the start of a sentence, with how many more there are and the groups by which they hold something. */
export function describeHolder({ member, others }: DistinctMember, firstType: string): string {
  const who = quote(formatSubject(member.subject, firstType));
  const groups = [...new Set(member.assignments.flatMap(({ group }) => group ?? []))].map(quote);
  const more = others === 0 ? '' : ` and ${others} more`;
  if (groups.length === 0) return `${who}${more}`;
  return `${who}${more}, in ${groups.length === 1 ? 'group' : 'groups'} ${groups.join(', ')},`;
}
