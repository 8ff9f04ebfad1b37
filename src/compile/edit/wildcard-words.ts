import type { GrantTable } from '../file/grant-table.ts';
import { quote } from '../words/describe-value.ts';
import { isWildcard } from '../resolve/barred-grant.ts';
import { RefusedEdit } from './policy-edit.ts';

/** Refuses a word that means the same for ever, where one is asked for that grows with the catalog. */
export function requireWildcards(role: string, words: readonly string[] | undefined): readonly string[] {
  // A wildcard of a resource has no scope.
  const other = words?.find((word) => !isWildcard(word) || word.includes(':*@'));
  if (other === undefined) return words ?? [];
  const message = `role ${quote(role)} cannot have what is added later by ${quote(other)}, which is no wildcard`;
  throw new RefusedEdit('contradiction', message, 'have it allow that, or name a wildcard as in `tag:*`');
}

/** The words of grants with these wildcards among them, each in place of what it means, unless a wider one is there. */
export function withWildcards(words: readonly string[], wildcards: readonly string[], table: GrantTable): string[] {
  return wildcards.reduce<string[]>(
    (before, wildcard) => {
      if (before.some((word) => isWider(word, wildcard))) return before;
      const isMeant = (word: string): boolean =>
        isWider(wildcard, word) || (!isWildcard(word) && has(wildcard, word, table));
      const first = before.findIndex(isMeant);
      const rest = (from: number, to?: number): string[] => before.slice(from, to).filter((word) => !isMeant(word));
      return first < 0 ? [...before, wildcard] : [...rest(0, first), wildcard, ...rest(first)];
    },
    [...words],
  );
}

/** Whether a wildcard means all that another one does, whatever the catalog comes to hold. */
function isWider(word: string, other: string): boolean {
  return isWildcard(other) && (word === '*' || word === other);
}

function has(wildcard: string, word: string, table: GrantTable): boolean {
  const [all, some] = [table.resolve(wildcard), table.resolve(word)];
  if (!('grantables' in all) || !('grantables' in some)) return false;
  const meant = new Set(all.grantables);
  return some.grantables.every((one) => meant.has(one));
}
