import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { resolvePlain } from '../yaml/plain-scalar.ts';
import { findLayout, type ScalarStyle } from './yaml-layout.ts';

/** A value on one line: a scalar, or a list or mapping in brackets. */
export function writeInline(value: JsonValue): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(writeInline).join(', ')}]`;
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(([key, one]) => `${writeScalar(key)}: ${writeInline(one)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return writeScalar(value as string | number | boolean | null);
}

/** The lines of a mapping's entries, each with its indentation; what the entries hold stands on their line. */
export function writeBlock(value: JsonObject, indent: string): string[] {
  return Object.entries(value).map(([key, one]) => `${indent}${writeScalar(key)}: ${writeInline(one)}`);
}

/** A scalar as it is written: a text in the style it had where that says the same, else plain where that does, else in quotes. */
export function writeScalar(value: string | number | boolean | null, style: ScalarStyle = 'plain'): string {
  if (typeof value !== 'string') return String(value);
  if (style === 'single' && !/[\u0000-\u001f]/.test(value) && value.search(unseen) < 0)
    return `'${value.replaceAll("'", "''")}'`;
  return style !== 'double' && isPlain(value) ? value : writeQuoted(value);
}

// Wherever it stands, as a key, an item or a value, in brackets or not.
function isPlain(text: string): boolean {
  if (!/^[\p{L}\p{N}_./@$][^\u0000-\u001f"'`{}[\],#&*!|>%]*$/u.test(text) || text.search(unseen) >= 0) return false;
  if (text.endsWith(':') || text.includes(': ') || text.trim() !== text || resolvePlain(text) !== text) return false;
  const read = findLayout(`[${text}]`);
  if (read?.kind !== 'list') return false;
  const [only] = read.items;
  return read.items.length === 1 && only?.kind === 'scalar' && only.text === text;
}

/** What ends a line somewhere, turns the reading direction or is not seen at all: it is written by its number. */
const unseen = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;

// JSON's escapes are YAML's, and so are \u and four digits.
function writeQuoted(text: string): string {
  const escape = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(unseen, escape);
}
