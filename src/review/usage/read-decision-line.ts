import { quote } from '../../compile/words/describe-value.ts';
import type { DecisionLine } from '../../policy/decision-log/decision-line.ts';
import { limits } from '../../policy/limits.ts';
import { parseInstant } from '../../policy/text/instant.ts';
import { isJsonObject } from '../../policy/text/json.ts';

/** Reasons why a text is no line of a decision log. `blank` is nothing to worry about, nor counted. */
export type LineFault =
  | 'blank'
  /** Zero bytes: a machine went down while a disk was written. */
  | 'zeros'
  | 'too-long'
  /** A line that does not end: a disk was full, or a file was moved in the middle of a write. */
  | 'cut-off'
  | 'not-json'
  | 'not-a-decision';

/** A line that was read, and the instant of its decision; or what is wrong with it, as one sentence. */
export type LineRead =
  | { readonly line: DecisionLine; readonly atMs: number }
  | { readonly fault: LineFault; readonly message: string };

/**
 * Reads one line of a decision log, without its line end; a mark of byte order before it and a carriage return after it
 * are no part of it. It never throws. Members that it does not know are left alone: a later version may write more.
 */
export function readDecisionLine(text: string): LineRead {
  const line = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
  if (line.length > limits.decisionLineCharacters) {
    return fault('too-long', `the line has more than ${limits.decisionLineCharacters} characters`);
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return describeText(line);
  }
  if (!isJsonObject(value)) return fault('not-a-decision', 'the line is no JSON object');
  return readMembers(value);
}

const byteOrderMark = 0xfeff;

function describeText(line: string): LineRead {
  const written = line.trim();
  if (written === '') return fault('blank', 'the line is blank');
  if (written.includes('\0')) return fault('zeros', 'the line holds zero bytes');
  if (!written.endsWith('}')) return fault('cut-off', `the line is cut off after ${quote(written.slice(-20))}`);
  return fault('not-json', 'the line is not well-formed JSON');
}

function readMembers(written: Readonly<Record<string, unknown>>): LineRead {
  const value = withoutNulls(written);
  const wrong = findWrongMember(value);
  if (wrong !== undefined) return fault('not-a-decision', wrong);
  const line = value as unknown as DecisionLine;
  const atMs = instantOf(line.time);
  if (atMs === undefined) return fault('not-a-decision', `\`time\` is no time of RFC 3339: ${quote(line.time)}`);
  return { line, atMs };
}

// Tables write `null` for what a line does not have, and a log may have been in one.
function withoutNulls(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isWhole = Object.values(value).every((member) => member !== null);
  return isWhole ? value : Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

// A date alone would be an instant, too, but of no decision.
function instantOf(time: string): number | undefined {
  return time.length > 10 ? parseInstant(time) : undefined;
}

/** What the first wrong member should be, as a sentence. */
function findWrongMember(value: Readonly<Record<string, unknown>>): string | undefined {
  const { subject, workspace, organization, decision, reason, scope, attributes, attributesLeftOut: leftOut } = value;
  for (const name of ['time', 'id', 'revision', 'permission', 'reason']) {
    if (!isName(value[name])) return `\`${name}\` must be a text`;
  }
  if (!isJsonObject(subject) || !isName(subject['type']) || !isName(subject['id'])) {
    return '`subject` must have a `type` and an `id`, both texts';
  }
  if (workspace !== undefined && organization !== undefined) return 'it has a `workspace` and an `organization`';
  if (!isName(workspace ?? organization)) return '`workspace` or `organization` must be a text';
  if (typeof decision !== 'boolean') return '`decision` must be `true` or `false`';
  if (decision !== (reason === 'granted')) return '`decision` and `reason` contradict each other';
  for (const name of ['foundScope', 'role', 'group', 'request']) {
    if (value[name] !== undefined && !isName(value[name])) return `\`${name}\` must be a text`;
  }
  if (scope !== undefined && !isListOfNames(scope)) return '`scope` must be a list of texts';
  if (leftOut !== undefined && !isListOfNames(leftOut)) return '`attributesLeftOut` must be a list of texts';
  if (attributes !== undefined && !areAttributes(attributes)) {
    return '`attributes` must be an object of plain values and lists of them';
  }
  return undefined;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isListOfNames(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isName);
}

function areAttributes(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return Object.values(value).every((one) => (Array.isArray(one) ? one.every(isPlain) : isPlain(one)));
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function fault(kind: LineFault, message: string): LineRead {
  return { fault: kind, message };
}
