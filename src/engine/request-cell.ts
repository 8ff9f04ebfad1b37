import type { EnforceRequest } from '../policy/decision.ts';
import type { Cell, Permission } from '../policy/permission.ts';
import type { JsonObject } from '../policy/text/json.ts';
import { truthOfAll } from './conditions/condition-truth.ts';

/**
 * The cell a request is about, or why it is about none. `missing-attribute`: it could be about several, see
 * `findPossibleCells`.
 */
export type RequestCell = Cell | 'unknown-scope' | 'not-in-scope' | 'missing-attribute';

/**
 * Finds the request's scopes: those it names, else those whose `when` holds, else the one for all the rest.
 * `properties` are the member's own from the policy; each of them stands, whole, in place of the one of its name that
 * the request says of the subject.
 */
export function findRequestCell(
  permission: Permission,
  request: EnforceRequest,
  properties: JsonObject | undefined,
): RequestCell {
  const named = request.scopes;
  if (named !== undefined) return findNamedCell(permission, named);
  const [first] = permission.cells;
  if (permission.scopes.length === 0) return first ?? 'not-in-scope';
  const attributes = { request, properties };
  const holding: string[] = [];
  for (const { id, when } of permission.scopes) {
    if (when === undefined) continue;
    const truth = truthOfAll(when, attributes);
    if (truth === 'unknown') return 'missing-attribute';
    if (truth === 'holds') holding.push(id);
  }
  return cellOfScopes(permission, holding) ?? 'not-in-scope';
}

/** The cell of the scopes that hold, or of all the rest when none does; undefined: there is no rest. */
export function cellOfScopes(permission: Permission, holding: readonly string[]): Cell | undefined {
  const [first, second] = holding;
  if (first === undefined) return permission.restScope && permission.cellsByWord.get(permission.restScope.id);
  return permission.cellsByWord.get(second === undefined ? first : [...holding].sort().join('+'));
}

function findNamedCell(permission: Permission, named: readonly string[]): RequestCell {
  // `-` and `self+team` are words of the Casbin rows, not scopes that a request may name.
  const isKnown = (id: string): boolean => permission.scopes.some((scope) => scope.id === id);
  if (named.length === 0 || !named.every(isKnown)) return 'unknown-scope';
  return permission.cellsByWord.get([...named].sort().join('+')) ?? 'unknown-scope';
}
