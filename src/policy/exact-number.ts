import { limits } from './limits.ts';

/** As many digits as every double holds, whatever they are. */
const safeCharacters = 15;

/** JSON's numbers and YAML's: with a plus, or with nothing before or behind the point. */
const decimalPattern = /^[-+]?(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/;
/** YAML's core schema knows two more bases, without a sign. */
const otherBasePattern = /^0(?:x[\da-fA-F]+|o[0-7]+)$/;

/**
 * Whether a double says the same number as was written: written out with as many digits, it is the literal again. So
 * `0.1` is exact, which everybody means as the nearest double, and so is whatever a program wrote of a double it has;
 * `9007199254740993` is not, as it would be taken for the account next to it, nor are `1e400` and `1e-400`.
 */
export function isExactNumber(literal: string): boolean {
  if (literal.length <= safeCharacters && !hasExponent(literal)) return true;
  if (otherBasePattern.test(literal)) return isExactInteger(literal);
  const [, whole, fraction = '', exponent = '0'] = decimalPattern.exec(literal) ?? [];
  // `.inf` and `.nan` are what they are, and `0x1Facme` is a text.
  if (whole === undefined) return true;
  // Zeros behind a fraction say nothing; those of a whole number are digits like any other.
  const written = whole + withoutZerosBehind(fraction);
  const first = countZerosBefore(written);
  const digits = written.slice(first);
  if (digits === '') return true;
  const value = Math.abs(Number(literal));
  if (value === 0 || !Number.isFinite(value) || digits.length > limits.numberDigits) return false;
  const power = whole.length - first - 1 + Number(exponent);
  // Half way between two decimals, the shortest form may be one of them and the one with as many digits the other.
  return [value.toExponential(digits.length - 1), value.toExponential()].some((said) => {
    const [mantissa = '', saidPower] = said.split('e');
    return mantissa.replace('.', '') === digits && Number(saidPower) === power;
  });
}

/** Where the first number of a JSON text stands that is not exact; undefined: all are. The text is well-formed. */
export function findInexactNumber(json: string): number | undefined {
  for (let index = 0; index < json.length; index += 1) {
    const unit = json.charCodeAt(index);
    if (unit === quote) index = endOfString(json, index + 1);
    else if (isDigit(unit)) {
      const end = endOfNumber(json, index);
      if (isInexactAt(json, index, end)) return index;
      index = end - 1;
    }
  }
  return undefined;
}

/** The number that stands in a JSON text from one place to another; its sign changes nothing. */
export function isInexactAt(json: string, from: number, end: number): boolean {
  return mayBeInexact(json, from, end) && !isExactNumber(json.slice(from, end));
}

/** Where a number of a JSON text ends, of which one digit is at `from`. */
export function endOfNumber(json: string, from: number): number {
  let index = from + 1;
  while (isPartOfNumber(json.charCodeAt(index))) index += 1;
  return index;
}

/** Where a text of JSON ends that begins before `from`: at its quote, or where all ends. */
export function endOfString(json: string, from: number): number {
  let index = from;
  while (index < json.length && json.charCodeAt(index) !== quote) index += json.charCodeAt(index) === backslash ? 2 : 1;
  return index;
}

export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

const quote = 0x22;
const backslash = 0x5c;
const plus = 0x2b;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const smallE = 0x65;
const largeE = 0x45;

function isPartOfNumber(unit: number): boolean {
  return isDigit(unit) || unit === point || unit === smallE || unit === largeE || unit === plus || unit === minus;
}

// Nearly every number is short, and is not cut out of its text to be looked at.
function mayBeInexact(json: string, from: number, end: number): boolean {
  if (end - from > safeCharacters) return true;
  for (let index = from; index < end; index += 1) {
    const unit = json.charCodeAt(index);
    if (unit === smallE || unit === largeE) return true;
  }
  return false;
}

function hasExponent(literal: string): boolean {
  return literal.includes('e') || literal.includes('E');
}

function isExactInteger(literal: string): boolean {
  if (literal.length > limits.numberDigits) return false;
  const value = BigInt(literal);
  return BigInt(Number(value)) === value;
}

function withoutZerosBehind(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === zero) end -= 1;
  return digits.slice(0, end);
}

function countZerosBefore(digits: string): number {
  let count = 0;
  while (digits.charCodeAt(count) === zero) count += 1;
  return count;
}
