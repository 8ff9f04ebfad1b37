import type { EnforceRequest } from '../policy/decision.ts';
import type { Cell, Permission } from '../policy/permission.ts';
import type { JsonObject } from '../policy/text/json.ts';
import { truthOfAll } from './conditions/condition-truth.ts';
import { cellOfScopes, possibleCellsOf, type PossibleCells } from './possible-cells.ts';

/** The cell a request is about, or all that it could be about, or why it is about none. */
export type RequestCell = Cell | PossibleCells | 'unknown-scope' | 'not-in-scope';

/**
 * Finds the request's scopes: those it names, else those whose `when` holds, else the one for all the rest.
 * `properties` are the member's own from the policy; each of them stands, whole, in place of the one of its name that
 * the request says of the subject. `settings` are the organization's, which a permission asks for that reads them.
 */
export function findRequestCell(
  permission: Permission,
  request: EnforceRequest,
  properties: JsonObject | undefined,
  settings?: JsonObject,
): RequestCell {
  const named = request.scopes;
  if (named !== undefined) return findNamedCell(permission, named);
  const [first] = permission.cells;
  if (permission.scopes.length === 0) return first ?? 'not-in-scope';
  const holding: string[] = [];
  let held = 0;
  let unknown = 0;
  let bit = 1;
  for (const { id, when } of permission.scopes) {
    if (when === undefined) continue;
    const truth = truthOfAll(when, request, properties, settings);
    if (truth === 'holds') {
      holding.push(id);
      held |= bit;
    } else if (truth === 'unknown') unknown |= bit;
    bit <<= 1;
  }
  if (unknown !== 0) return possibleCellsOf(permission, held, unknown);
  return cellOfScopes(permission, holding) ?? 'not-in-scope';
}

function findNamedCell(permission: Permission, named: readonly string[]): RequestCell {
  // `-` and `self+team` are words of the Casbin rows, not scopes that a request may name.
  const isKnown = (id: string): boolean => permission.scopes.some((scope) => scope.id === id);
  if (named.length === 0 || !named.every(isKnown)) return 'unknown-scope';
  return permission.cellsByWord.get([...named].sort().join('+')) ?? 'unknown-scope';
}
