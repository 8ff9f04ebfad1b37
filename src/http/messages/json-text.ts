import { isUtf8 } from 'node:buffer';
import { endOfNumber, endOfString, isDigit, isInexactAt } from '../../policy/exact-number.ts';
import { limits } from '../../policy/limits.ts';
import { pointerAt } from '../../policy/text/json-pointer.ts';
import { ApiProblem } from './api-problem.ts';

/**
 * Reads a JSON body strictly. Throws an ApiProblem, which never repeats the body. `mostParts`: commas, colons and
 * brackets, of which a small body cannot have too many.
 */
export function parseJsonBody(body: Buffer, mostParts: number = limits.requestBodyBytes): unknown {
  if (!isUtf8(body)) throw new ApiProblem('not-utf8', 'the body is not UTF-8');
  const text = body.toString('utf8');
  // Before anything is made of them: a megabyte of small objects takes long to read, and a hundred of memory.
  if (text.length > mostParts && hasMoreParts(text, mostParts)) {
    throw new ApiProblem('body-too-large', `the body may have at most ${mostParts} commas, colons and brackets`);
  }
  const { memberCount, depth, inexactAt } = measure(text);
  // Before it is parsed: sixty thousand brackets take as long as a hundred decisions.
  if (depth > limits.requestDepth) {
    const detail = `the body is nested ${depth} levels deep, at most ${limits.requestDepth} are taken`;
    throw new ApiProblem('too-deep', detail);
  }
  const value = parse(text);
  // To JSON.parse account 9007199254740993 is account 9007199254740992, which is another's.
  if (inexactAt !== undefined) throw inexactNumber(text, inexactAt);
  // JSON.parse keeps the last of two members of one name, other readers the first. A proxy that checked one of them
  // must not be told apart from us, so the text may not hold more members than the value.
  if (memberCount !== countMembers(value)) {
    throw new ApiProblem('duplicate-key', 'a name stands twice in one object of the body');
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error's own words quote the body, which may hold what no log and no proxy should see.
    throw new ApiProblem('malformed-json', text === '' ? 'the body is empty' : 'the body is not well-formed JSON');
  }
}

function inexactNumber(text: string, place: number): ApiProblem {
  const detail = `the number at character ${place + 1} of the body cannot be held exactly; send it as a text`;
  const pointer = pointerAt(text, place);
  // A member's name may be as long as the body; such a one is not sent back.
  return new ApiProblem('inexact-number', detail, pointer.length > limits.subjectIdCharacters ? {} : { pointer });
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

// The text need not be JSON, so nothing is taken for granted: a string may have no end.
function hasMoreParts(text: string, mostParts: number): boolean {
  let parts = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === quote) isInString = !isInString;
    else if (isInString) index += unit === backslash ? 1 : 0;
    else if (unit === comma || unit === colon || unit === openBrace || unit === openBracket) {
      parts += 1;
      if (parts > mostParts) return true;
    }
  }
  return false;
}

interface Measure {
  /** How many members its objects have as written. */
  memberCount: number;
  /** How deeply it is nested. */
  depth: number;
  /** Where the first number stands that a double does not hold exactly. */
  inexactAt: number | undefined;
}

/** Of a text that need not be JSON; then it means nothing, but that it is not nested more deeply. */
function measure(text: string): Measure {
  let memberCount = 0;
  let inexactAt: number | undefined;
  let depth = 0;
  let level = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === quote) index = endOfString(text, index + 1);
    else if (unit === colon) memberCount += 1;
    else if (unit === openBrace || unit === openBracket) depth = Math.max(depth, (level += 1));
    else if (unit === closeBrace || unit === closeBracket) level -= 1;
    else if (isDigit(unit)) {
      const end = endOfNumber(text, index);
      if (inexactAt === undefined && isInexactAt(text, index, end)) inexactAt = index;
      index = end - 1;
    }
  }
  return { memberCount, depth, inexactAt };
}

// Recursion is bounded: the depth was checked before.
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item);
    return count;
  }
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    count += 1 + (typeof member === 'object' ? countMembers(member) : 0);
  }
  return count;
}
