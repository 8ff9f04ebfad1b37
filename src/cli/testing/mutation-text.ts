import { formatCell, type Cell, type Permission } from '../../policy/permission.ts';
import { ownerOf } from '../../policy/role.ts';
import { formatSubject } from '../../policy/subject.ts';
import type { Mutant } from '../../review/testing/mutation/mutant.ts';
import type { MutantEffect, RoleEffect } from '../../review/testing/mutation/mutant-effect.ts';

/** A way to set a user's text apart: in backticks on a terminal, as code in Markdown. */
export type QuoteText = (text: string) => string;

/** What was done, as the end of a sentence that begins with "no test fails when". */
export function describeMutant(mutant: Mutant, quote: QuoteText): string {
  const { change, list, text, role, subject, widened, scope } = mutant;
  if (scope !== undefined) return `${quote(text)} of scope ${quote(scope)} ${change} holds`;
  if (list === 'groups') return `${quote(subject ?? '')} leaves group ${quote(text)}`;
  if (subject !== undefined) return `${quote(subject)} loses role ${quote(role ?? '')}`;
  if (list === 'spans') return `${quote(text)} does not belong to the company any more`;
  if (list === 'properties') return `${quote(text)} is not set any more`;
  if (list === 'without' && role === undefined)
    return `${quote(text)} is dropped from ${quote('without')} of ${quote('customRoles')}`;
  const where = role === undefined ? 'the baseline' : `${quote(list)} of role ${quote(role)}`;
  if (change === 'widen') return `${quote(text)} is widened to ${quote(widened ?? '')} in ${where}`;
  return `${quote(text)} is dropped from ${where}`;
}

/** What would be decided otherwise, in one sentence. */
export function describeEffect(effect: MutantEffect, firstSubjectType: string, quote: QuoteText): string {
  const { roles, member, scope, unaskable } = effect;
  if (member) {
    const who = quote(formatSubject(member.subject, firstSubjectType));
    const changes = joinChanges([
      ['loses', member.loses],
      ['gains', member.gains],
    ]);
    return changes === '' ? `${who} would have other properties` : `${who} ${changes}`;
  }
  if (scope) return `other requests are in scope ${quote(scope.scope)} of ${listPermissions(scope.permissions)}`;
  const [first, ...others] = roles;
  if (!first && unaskable !== undefined) return `${quote(unaskable)} could not be asked of a company`;
  if (!first) return 'nothing';
  const owner = ownerOf(first.role);
  const name = owner === undefined ? '' : ` of ${quote(owner)}`;
  const more =
    others.length === 0 ? '' : `, and so ${others.length === 1 ? 'does 1 role' : `do ${others.length} roles`} more`;
  return `role ${quote(first.role.id)}${name} ${changesOf(first)}${more}`;

  function changesOf(effect: RoleEffect): string {
    return joinChanges([
      ['loses', effect.loses],
      ['gains', effect.gains],
      ['denies', effect.denies],
      ['no longer denies', effect.noLongerDenies],
    ]);
  }

  function joinChanges(changes: readonly (readonly [string, readonly Cell[]])[]): string {
    return changes
      .filter(([, cells]) => cells.length > 0)
      .map(([verb, cells]) => `${verb} ${listCells(cells)}`)
      .join(' and ');
  }

  function listPermissions(permissions: readonly Permission[]): string {
    const shown = permissions.slice(0, 3).map(({ id }) => quote(id));
    return permissions.length > 3 ? `${shown.join(', ')} and ${permissions.length - 3} more` : shown.join(', ');
  }

  // A few are enough to see what kind of thing it is.
  function listCells(cells: readonly Cell[]): string {
    const shown = cells.slice(0, 3).map((cell) => quote(formatCell(cell)));
    return cells.length > 3 ? `${shown.join(', ')} and ${cells.length - 3} more` : shown.join(', ');
  }
}
