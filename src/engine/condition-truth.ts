import type { EnforceRequest } from '../policy/decision.ts';
import type { Condition } from '../policy/permission.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../policy/text/json.ts';

/**
 * A value of Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, §64): what a
 * request does not say is `unknown`, which is neither yes nor no.
 */
export type Truth = 'holds' | 'fails' | 'unknown';

/** The values that the paths of a `when` lead to: what a request says, and the member's own properties in the policy. */
export interface Attributes {
  readonly request: EnforceRequest;
  readonly properties: JsonObject | undefined;
}

/** Whether all pairs hold. One that fails settles it, whatever else is unknown. */
export function truthOfAll(when: readonly Condition[], attributes: Attributes): Truth {
  let all: Truth = 'holds';
  for (const condition of when) {
    const truth = truthOf(condition, attributes);
    if (truth === 'fails') return 'fails';
    if (truth === 'unknown') all = 'unknown';
  }
  return all;
}

/** Whether one pair holds: its sides are equal, or one is a list that has the other, or two lists share an element. */
export function truthOf(condition: Condition, attributes: Attributes): Truth {
  const { other } = condition;
  const left = lookUp(condition.path, attributes);
  const right = 'literal' in other ? other.literal : lookUp(other.path, attributes);
  if (typeof left === 'string' && typeof right === 'string') return left === right ? 'holds' : 'fails';
  if (shareElement(left, right)) return 'holds';
  const [leftKinds, rightKinds] = [kindsIn(left), kindsIn(right)];
  // Nothing is in an empty list, and `null`, which is nobody, equals nothing.
  if (leftKinds === kinds.none || rightKinds === kinds.none) return 'fails';
  const both = leftKinds | rightKinds;
  return both === kinds.text || both === kinds.number || both === kinds.boolean ? 'fails' : 'unknown';
}

/** What a path leads to; undefined: it is missing. */
export function lookUp(path: readonly string[], { request, properties }: Attributes): JsonValue | undefined {
  const [root, name = ''] = path;
  if (root === 'resource') return lookInto(request.resource, path, 1);
  if (root === 'context') return lookInto(request.context, path, 1);
  // An empty id is somebody asked about by role alone; nothing is known of them.
  if (name === 'id') return request.subjectId === '' ? undefined : request.subjectId;
  if (name === 'type') return request.subjectType;
  // A property that the policy has is the policy's, whole: where it says `team: null`, or `org: none`, a request that
  // could fill in a team, or `org.team`, would give the subject what the policy says it has not.
  const isOfPolicy = properties !== undefined && Object.hasOwn(properties, path[2] ?? '');
  return lookInto(isOfPolicy ? properties : request.subjectProperties, path, 2);
}

// The kinds of value that can be compared with one another, each a bit. Whatever is missing or has parts is of a kind
// that can be compared with nothing.
const kinds = { none: 0, text: 1, number: 2, boolean: 4, incomparable: 8 } as const;

function kindsIn(side: JsonValue | undefined): number {
  if (!Array.isArray(side)) return kindOf(side);
  let found: number = kinds.none;
  for (const element of side as readonly JsonValue[]) found |= kindOf(element);
  return found;
}

function kindOf(value: JsonValue | undefined): number {
  if (value === null) return kinds.none;
  if (typeof value === 'string') return kinds.text;
  if (typeof value === 'number') return kinds.number;
  return typeof value === 'boolean' ? kinds.boolean : kinds.incomparable;
}

// Both lists are as long as the caller likes, so they are not compared each with each.
function shareElement(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (!Array.isArray(left)) return Array.isArray(right) ? isScalar(left) && right.includes(left) : isSame(left, right);
  if (!Array.isArray(right)) return isScalar(right) && left.includes(right);
  const known = new Set((right as readonly JsonValue[]).filter(isScalar));
  return (left as readonly JsonValue[]).some((element) => known.has(element as string));
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return isScalar(left) && left === right;
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
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
