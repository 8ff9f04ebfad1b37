import { quote } from '../../compile/words/describe-value.ts';
import { countsFormat, type CountsHeader, type DecisionCount } from '../../policy/decision-log/decision-count.ts';
import { parseInstant } from '../../policy/text/instant.ts';
import { isJsonObject } from '../../policy/text/json.ts';

/** A log that was counted, wherever that was done. */
export interface CountedDecisions {
  readonly header: CountsHeader;
  /** Each kind of decision once, in no order; there may be millions. */
  readonly rows: AsyncIterable<DecisionCount>;
}

/** A line of a counts file as it was read, or what is wrong with it. */
export type CountsRead<Value> = { readonly value: Value } | { readonly message: string };

/** Reads the first line of a counts file. It never throws. */
export function readCountsHeader(text: string): CountsRead<CountsHeader> {
  const value = parseObject(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  if (value === undefined) return { message: `the first line must be an object with \`"format":"${countsFormat}"\`` };
  const { format } = value;
  if (format !== countsFormat) {
    const found = typeof format === 'string' ? quote(format) : 'none';
    return { message: `the \`format\` must be \`${countsFormat}\`, found ${found}` };
  }
  for (const name of ['days', 'lines', 'skipped', 'outside', 'ahead', 'revisions']) {
    if (!isCount(value[name], 0)) return { message: `\`${name}\` must be a whole number` };
  }
  for (const name of ['from', 'to']) {
    if (value[name] !== undefined && !isInstant(value[name]))
      return { message: `\`${name}\` must be a time of RFC 3339` };
  }
  return { value: value as unknown as CountsHeader };
}

/** Reads a row of a counts file. It never throws. Unlike a log it is whole or worth nothing, so it is read strictly. */
export function readDecisionCount(text: string): CountsRead<DecisionCount> {
  const value = parseObject(text);
  if (value === undefined) return { message: 'the line is not well-formed JSON' };
  const wrong = findWrongMember(value);
  return wrong === undefined ? { value: value as unknown as DecisionCount } : { message: wrong };
}

/** The line of a header or of a row, with its line end. */
export function writeCountsLine(value: CountsHeader | DecisionCount): string {
  return `${JSON.stringify(value)}\n`;
}

function findWrongMember(value: Readonly<Record<string, unknown>>): string | undefined {
  const { subject, workspace, organization, permission, scope, decision, reason, count, first, last } = value;
  const unknown = Object.keys(value).find((name) => !members.has(name));
  if (unknown !== undefined) return `${quote(unknown)} is no member of a count`;
  if (!isJsonObject(subject) || !isName(subject['type']) || !isName(subject['id'])) {
    return '`subject` must have a `type` and an `id`, both texts';
  }
  if (workspace !== undefined && organization !== undefined) return 'it has a `workspace` and an `organization`';
  if (!isName(workspace ?? organization)) return '`workspace` or `organization` must be a text';
  if (!isName(permission)) return '`permission` must be a text';
  if (scope !== undefined && !(Array.isArray(scope) && scope.length > 0 && scope.every(isName))) {
    return '`scope` must be a list of texts';
  }
  for (const name of ['foundScope', 'role', 'group']) {
    if (value[name] !== undefined && !isName(value[name])) return `\`${name}\` must be a text`;
  }
  if (typeof decision !== 'boolean') return '`decision` must be `true` or `false`';
  if (!isName(reason)) return '`reason` must be a text';
  if (decision !== (reason === 'granted')) return '`decision` and `reason` contradict each other';
  if (!isCount(count, 1)) return '`count` must be a whole number from 1 on';
  if (!isInstant(first) || !isInstant(last)) return '`first` and `last` must be times of RFC 3339';
  return undefined;
}

const members: ReadonlySet<string> = new Set([
  'subject',
  'workspace',
  'organization',
  'permission',
  'scope',
  'foundScope',
  'role',
  'group',
  'decision',
  'reason',
  'count',
  'first',
  'last',
]);

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isInstant(value: unknown): boolean {
  return typeof value === 'string' && value.length > 10 && parseInstant(value) !== undefined;
}
