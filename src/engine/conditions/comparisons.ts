import type { Condition } from '../../policy/permission.ts';
import { parseFrom, parseUntil } from '../../policy/text/instant.ts';
import type { JsonValue } from '../../policy/text/json.ts';
import { Networks } from '../../policy/text/network.ts';
import { truthOfEquality } from './equality.ts';
import { negate, truthOfFact, type Truth } from './truth.ts';

/**
 * Whether a pair with a word of comparison holds. `null` is known to `not` and `exists` alone; all others can do nothing
 * with it, nor with a value of another type than theirs.
 */
export function compare(condition: Condition, left: JsonValue | undefined, right: JsonValue | undefined): Truth {
  switch (condition.comparison) {
    case 'equals':
      return truthOfEquality(left, right);
    case 'not':
      return negate(truthOfEquality(left, right));
    case 'in':
      return left === null || right === null ? 'unknown' : truthOfEquality(left, right);
    case 'below':
      return typeof left === 'number' && typeof right === 'number' ? truthOfFact(left < right) : 'unknown';
    case 'above':
      return typeof left === 'number' && typeof right === 'number' ? truthOfFact(left > right) : 'unknown';
    case 'before':
      return truthOfBefore(left, right);
    case 'after':
      return truthOfAfter(left, right);
    case 'within':
      return truthOfWithin(condition, left);
    case 'exists':
      return left === undefined ? 'unknown' : truthOfFact((left !== null) === right);
  }
}

/** The time that a text means: an instant, or a whole day. */
interface Span {
  /** Milliseconds since 1970 UTC. */
  readonly fromMs: number;
  /** The first instant after it; for an instant, itself. */
  readonly untilMs: number;
}

// A day on the right side ends as an `until` does. A day on the left is before it when all of it is.
function truthOfBefore(left: JsonValue | undefined, right: JsonValue | undefined): Truth {
  const [asked, limit] = [spanOf(left), spanOf(right)];
  if (!asked || !limit) return 'unknown';
  if (asked.fromMs >= limit.untilMs) return 'fails';
  return asked.untilMs <= limit.untilMs ? 'holds' : 'unknown';
}

// A day on the right side begins as a `from` does, so the instant itself is after it.
function truthOfAfter(left: JsonValue | undefined, right: JsonValue | undefined): Truth {
  const [asked, limit] = [spanOf(left), spanOf(right)];
  if (!asked || !limit) return 'unknown';
  if (asked.fromMs >= limit.fromMs) return 'holds';
  return asked.untilMs <= limit.fromMs ? 'fails' : 'unknown';
}

function spanOf(value: JsonValue | undefined): Span | undefined {
  if (typeof value !== 'string') return undefined;
  const [fromMs, untilMs] = [parseFrom(value), parseUntil(value)];
  return fromMs === undefined || untilMs === undefined ? undefined : { fromMs, untilMs };
}

// The networks of a policy are read once.
const networksOf = new WeakMap<Condition, Networks>();

function truthOfWithin(condition: Condition, left: JsonValue | undefined): Truth {
  let networks = networksOf.get(condition);
  if (!networks) {
    const literal = 'literal' in condition.other ? condition.other.literal : undefined;
    const texts = [literal].flat().filter((text): text is string => typeof text === 'string');
    networks = texts.length === 0 ? undefined : Networks.parse(texts);
    if (!networks) return 'unknown';
    networksOf.set(condition, networks);
  }
  const isWithin = typeof left === 'string' ? networks.has(left) : undefined;
  return isWithin === undefined ? 'unknown' : truthOfFact(isWithin);
}
