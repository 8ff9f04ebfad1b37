import type { Cell, Condition, Permission } from '../policy/permission.ts';
import type { EnforceRequest } from '../policy/decision.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../policy/text/json.ts';

/** The cell a request is about, or why it is about none. */
export type RequestCell = Cell | 'unknown-scope' | 'not-in-scope';

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
  const holding: string[] = [];
  for (const scope of permission.scopes) {
    if (scope.when?.every((condition) => holds(condition, request, properties))) holding.push(scope.id);
  }
  if (holding.length === 0) {
    const rest = permission.restScope;
    return (rest && permission.cellsByWord.get(rest.id)) ?? 'not-in-scope';
  }
  return (
    permission.cellsByWord.get(holding.length === 1 ? (holding[0] ?? '') : holding.sort().join('+')) ?? 'not-in-scope'
  );
}

function findNamedCell(permission: Permission, named: readonly string[]): RequestCell {
  // `-` and `self+team` are words of the Casbin rows, not scopes that a request may name.
  const isKnown = (id: string): boolean => permission.scopes.some((scope) => scope.id === id);
  if (named.length === 0 || !named.every(isKnown)) return 'unknown-scope';
  return permission.cellsByWord.get([...named].sort().join('+')) ?? 'unknown-scope';
}

// What is missing never holds; a list holds if it contains the other side; two lists never do.
function holds(condition: Condition, request: EnforceRequest, properties: JsonObject | undefined): boolean {
  const { other } = condition;
  const left = lookUp(condition.path, request, properties);
  const right = 'literal' in other ? other.literal : lookUp(other.path, request, properties);
  if (left === undefined || left === null || right === undefined || right === null) return false;
  if (Array.isArray(left)) return isScalar(right) && left.includes(right);
  if (Array.isArray(right)) return isScalar(left) && right.includes(left);
  return isScalar(left) && left === right;
}

function isScalar(value: JsonValue): value is string | number | boolean {
  return typeof value !== 'object';
}

function lookUp(
  path: readonly string[],
  request: EnforceRequest,
  properties: JsonObject | undefined,
): JsonValue | undefined {
  const [root, name = ''] = path;
  if (root === 'resource') return lookInto(request.resource, path, 1);
  if (root === 'context') return lookInto(request.context, path, 1);
  // An empty id is somebody asked about by role alone; nothing belongs to them.
  if (name === 'id') return request.subjectId === '' ? undefined : request.subjectId;
  if (name === 'type') return request.subjectType;
  // A property that the policy has is the policy's, whole: where it says `team: null`, or `org: none`, a request that
  // could fill in a team, or `org.team`, would give the subject what the policy says it has not.
  const isOfPolicy = properties !== undefined && Object.hasOwn(properties, path[2] ?? '');
  return lookInto(isOfPolicy ? properties : request.subjectProperties, path, 2);
}

function lookInto(value: JsonValue | undefined, path: readonly string[], from: number): JsonValue | undefined {
  let found = value;
  for (let index = from; index < path.length; index += 1) {
    const name = path[index] ?? '';
    // Own members only: `constructor` and `__proto__` are on every object and mean nothing here.
    if (!isJsonObject(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}
