import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { Precondition } from './member-change.ts';

/** Why a membership is not as the caller takes it to be, or undefined when it is. */
export function preconditionFault(
  precondition: Precondition | undefined,
  current: RuntimeMember | undefined,
): string | undefined {
  if (!precondition) return undefined;
  if (precondition.kind === 'none') return current && 'the membership is there already';
  if (!current) return 'there is no such membership';
  const { sequences } = precondition;
  if (sequences === 'any' || sequences.includes(current.sequence)) return undefined;
  return `the membership was changed meanwhile, by change ${current.sequence}`;
}
