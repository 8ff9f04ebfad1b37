import type { JsonValue } from '../../policy/text/json.ts';
import type { Truth } from './truth.ts';

/** Whether two values are equal, or one is a list that has the other, or two lists share an element. */
export function truthOfEquality(left: JsonValue | undefined, right: JsonValue | undefined): Truth {
  if (typeof left === 'string' && typeof right === 'string') return left === right ? 'holds' : 'fails';
  if (shareElement(left, right)) return 'holds';
  const [leftKinds, rightKinds] = [kindsIn(left), kindsIn(right)];
  // Nothing is in an empty list, and `null`, which is nobody, equals nothing.
  if (leftKinds === kinds.none || rightKinds === kinds.none) return 'fails';
  const both = leftKinds | rightKinds;
  return both === kinds.text || both === kinds.number || both === kinds.boolean ? 'fails' : 'unknown';
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
