import { isAtOrganization } from '../../policy/policy-set.ts';
import { formatHolders, isBuiltIn } from '../../policy/role.ts';
import type { MatrixRow } from '../../review/access/role-matrix.ts';
import type { MatrixOutcome } from './matrix-words.ts';

/** For programs: each permission in each scope by itself, and each role with how it stands to it. */
export function matrixAsJson(outcome: MatrixOutcome, rows: Iterable<MatrixRow>): string {
  const { policy, place, roles, display } = outcome;
  const company = place?.organization.id;
  const document = {
    ...(place && !isAtOrganization(place) ? { workspace: place.id, title: place.title } : {}),
    ...(company === undefined ? {} : { organization: company }),
    roles: roles.map((role) => ({
      role: role.id,
      title: role.title,
      ...(role.description === undefined ? {} : { description: role.description }),
      builtIn: isBuiltIn(role),
      ...(role.organization === undefined ? {} : { organization: role.organization }),
      spans: role.spans,
      extends: role.extends,
      ...(role.holders ? { holders: formatHolders(role.holders) } : {}),
      frozen: role.isFrozen,
    })),
    permissions: [...rows].map(({ permission, scope, cells }) => ({
      permission: permission.id,
      ...(scope ? { scope: scope.id } : {}),
      title: permission.title,
      category: permission.category,
      ...(permission.caution === undefined ? {} : { caution: permission.caution }),
      roles: Object.fromEntries(
        roles.map((role, index) => {
          const { state = 'none', from, position } = cells[index] ?? {};
          const at = position && { file: display(position.file), line: position.line, column: position.column };
          return [role.id, { state, ...(from ? { from: from.id } : {}), ...at }];
        }),
      ),
    })),
    revision: policy.revision,
  };
  return JSON.stringify(document, undefined, 2);
}
