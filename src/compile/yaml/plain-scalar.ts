import { isDigit, isExactNumber } from '../../policy/exact-number.ts';
import { CORE_SCHEMA } from './yaml-library.ts';

/** What YAML makes of a text without quotes. */
export function resolvePlain(text: string): unknown {
  return CORE_SCHEMA.resolveImplicitScalarTag(text).value;
}

/**
 * Whether it is a number that cannot be held as it is written. `1e400` is a text to js-yaml, and a number to whoever wrote
 * it. No request can have an infinity.
 */
export function isInexactScalar(text: string, value: unknown): boolean {
  if (!beginsNumber(text)) return false;
  return (typeof value === 'number' && !Number.isFinite(value)) || !isExactNumber(text);
}

/** Whether what stands there is taken for something else; nothing, and the sign for it, is what everybody takes it for. */
export function isConverted(text: string, value: unknown): boolean {
  return typeof value !== 'string' && String(value) !== text && text !== '' && text !== '~';
}

/** Whether it is a text to YAML 1.2, and a number to YAML 1.1 and to programs. */
export function isNumberElsewhere(text: string): boolean {
  return beginsNumber(text) && elsewherePattern.test(text);
}

const elsewherePattern = /^[-+]?(?:\d[\d_]*_[\d_]*(?:\.[\d_]*)?|0[xX][\da-fA-F_]+|0[bB][01_]+|0O[0-7_]+)$/;

function beginsNumber(text: string): boolean {
  const unit = text.charCodeAt(0);
  return isDigit(unit) || unit === 0x2b || unit === 0x2d || unit === 0x2e;
}
