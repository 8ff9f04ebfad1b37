import type { CellPairs } from './cell-pairs.ts';
import { findCatalogNotices } from './catalog-notices.ts';
import { findMemberNotices } from './member-notices.ts';
import { findPlaceNotices } from './place-notices.ts';
import type { CatalogLines } from './notice.ts';
import type { Notice, PolicySide } from './policy-difference.ts';
import type { RoleMatches } from './role-matches.ts';
import { findRoleNotices } from './role-notices.ts';
import { RoleTexts } from './role-texts.ts';

/** Everything that is told by itself, besides who gains and who loses: the product first, people last. */
export function findNotices(
  before: PolicySide,
  after: PolicySide,
  cells: CellPairs,
  matches: RoleMatches,
): readonly Notice[] {
  const isSameCatalog = before.policy.catalog === after.policy.catalog;
  return [
    ...(isSameCatalog
      ? []
      : findCatalogNotices(before.policy.catalog, after.policy.catalog, catalogLines(before, after))),
    ...findPlaceNotices(before.policy, after.policy),
    ...findRoleNotices(before.policy, after.policy, cells, matches),
    ...findMemberNotices(before.policy, after.policy, matches),
  ];
}

function catalogLines(before: PolicySide, after: PolicySide): CatalogLines {
  const [then, now] = [new RoleTexts(before), new RoleTexts(after)];
  const locate = (texts: RoleTexts, path: readonly (string | number)[]): Notice['position'] => {
    const span = texts.open('roles.yaml')?.locate(path, 'key');
    return span && { file: span.file, line: span.line, column: span.column };
  };
  return { before: (path) => locate(then, path), after: (path) => locate(now, path) };
}
