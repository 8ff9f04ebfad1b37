import type { Catalog } from '../../policy/catalog.ts';
import { missingRequirements, requirementKey } from '../../policy/missing-requirement.ts';
import { allowsCell, heldCells, type Role } from '../../policy/role.ts';
import type { FlatRole } from '../file/compiled.ts';

/** The roles of a place whose plan has no custom roles; each is told by `Role.isFrozen` what became of it. */
export function freezeRoles(roles: ReadonlyMap<string, FlatRole>, catalog: Catalog): Map<string, FlatRole> {
  const frozen = new Map<FlatRole, FlatRole>();
  const freeze = (flat: FlatRole): FlatRole => {
    if (roles.get(flat.role.id) !== flat) return flat;
    let found = frozen.get(flat);
    if (!found) {
      found = { ...flat, role: freezeRole(flat.role, catalog), parents: flat.parents.map(freeze) };
      frozen.set(flat, found);
    }
    return found;
  };
  return new Map([...roles].map(([id, flat]) => [id, freeze(flat)]));
}

// What the default role gives too, and nothing without what it requires: or a company that changes its plan would have
// roles that no policy may have.
function freezeRole(role: Role, catalog: Catalog): Role {
  const { defaultRole, baseline } = catalog;
  const known = new Set(missingRequirements(heldCells(role), catalog).map(requirementKey));
  let rules = role.rules.filter(
    ({ effect, cell }) =>
      effect === 'deny' || baseline.has(cell) || (defaultRole !== undefined && allowsCell(defaultRole, cell)),
  );
  for (;;) {
    const missing = missingRequirements(heldCells({ ...role, rules }), catalog);
    const lost = new Set(missing.filter((one) => !known.has(requirementKey(one))).map(({ permission }) => permission));
    const kept = rules.filter(
      ({ effect, cell }) => effect === 'deny' || baseline.has(cell) || !lost.has(cell.permission),
    );
    if (kept.length === rules.length) return { ...role, rules, assigns: assignsOf(role, defaultRole), isFrozen: true };
    rules = kept;
  }
}

// Nor does it hand out what the default role does not.
function assignsOf({ assigns }: Role, defaultRole: Role | undefined): Role['assigns'] {
  const limit = defaultRole?.assigns;
  if (!assigns || !limit) return assigns ?? limit;
  return new Set([...assigns].filter((id) => limit.has(id)));
}
