import { limits } from '../../policy/limits.ts';
import { comparators, type Comparator, type Condition, type Scope } from '../../policy/permission.ts';
import { parseFrom } from '../../policy/text/instant.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { Networks } from '../../policy/text/network.ts';
import type { ScopeEntry } from '../file/entries.ts';
import type { FileReport } from '../file/file-report.ts';
import { describeValue, quote } from '../words/describe-value.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';
import { timeHelp } from './compile-members.ts';
import { checkSettingCompared, findUndeclared, organizationRoot } from './organization-properties.ts';

/** `settings` are the properties of organizations that roles.yaml declares. */
export function compileScopes(
  entries: Readonly<Record<string, ScopeEntry>>,
  settings: JsonObject,
  report: FileReport,
): Map<string, Scope> {
  const scopes = new Map<string, Scope>();
  for (const [id, entry] of Object.entries(entries)) {
    const when = entry.when && compileWhen(id, entry.when, settings, report);
    scopes.set(id, { id, when, position: report.keySpan(['scopes', id]) });
  }
  return scopes;
}

function compileWhen(
  scope: string,
  when: Readonly<Record<string, JsonValue>>,
  settings: JsonObject,
  report: FileReport,
): Condition[] {
  return Object.entries(when).flatMap(([path, value]): Condition[] => {
    const whenPath = ['scopes', scope, 'when', path];
    if (!isPath(path)) report.onKey('bad-path', whenPath, `${quote(path)} leads nowhere`, pathHelp(path));
    const fault = findUndeclared(path, settings);
    if (fault) report.onKey('unknown-property', whenPath, fault.message, fault.help);
    const side = (comparison: Comparator, other: JsonValue, sidePath: YamlPath): Condition[] => {
      const compiled = compileSide(path, comparison, other, sidePath, settings, report);
      for (const condition of compiled) checkSettingCompared(condition, settings, sidePath, report);
      return compiled;
    };
    if (!isJsonObject(value)) return side('equals', value, whenPath);
    // Several words of one pair must all hold, as pairs must.
    return comparators.flatMap((comparison) => {
      const other = value[comparison];
      return other === undefined ? [] : side(comparison, other, [...whenPath, comparison]);
    });
  });
}

function compileSide(
  path: string,
  comparison: Comparator,
  side: JsonValue,
  sidePath: YamlPath,
  settings: JsonObject,
  report: FileReport,
): Condition[] {
  const left = { path: path.split('.'), comparison };
  const otherPath = typeof side === 'string' && side.startsWith('$') ? side.slice(1) : undefined;
  if (otherPath === undefined) {
    checkLiteral(comparison, side, sidePath, report);
    return [{ ...left, other: { literal: side } }];
  }
  if (comparison === 'within') {
    const help = 'write the networks here, as in `10.0.0.0/8`';
    report.onValue('bad-value', sidePath, `\`within\` looks nothing up, found ${quote(side as string)}`, help);
  } else if (isPath(otherPath)) {
    const fault = findUndeclared(otherPath, settings);
    if (fault) report.onValue('unknown-property', sidePath, fault.message, fault.help);
    return [{ ...left, other: { path: otherPath.split('.') } }];
  } else report.onValue('bad-path', sidePath, `${quote(`$${otherPath}`)} leads nowhere`, pathHelp(otherPath));
  return [];
}

function checkLiteral(comparison: Comparator, side: JsonValue, sidePath: YamlPath, report: FileReport): void {
  switch (comparison) {
    case 'in':
      if (Array.isArray(side)) return warnOfPathAsText(side, sidePath, report);
      return report.onValue(
        'bad-value',
        sidePath,
        `\`in\` takes a list, found ${describeValue(side)}`,
        'put it into `[ ]`, or write a path that begins with `$`',
      );
    case 'equals':
    case 'not':
      return warnOfPathAsText(side, sidePath, report);
    case 'before':
    case 'after':
      if (typeof side === 'string' && parseFrom(side) !== undefined) return;
      return report.onValue('bad-time', sidePath, `${describeValue(side)} is no day or time that exists`, timeHelp);
    case 'below':
    case 'above':
      if (typeof side === 'number') return;
      return report.onValue(
        'bad-value',
        sidePath,
        `\`${comparison}\` compares numbers, found ${describeValue(side)}`,
        'write a number, or a path that begins with `$`',
      );
    case 'within':
      return checkNetworks(side, sidePath, report);
    case 'exists':
      return;
  }
}

function checkNetworks(side: JsonValue, sidePath: YamlPath, report: FileReport): void {
  const isList = Array.isArray(side);
  for (const [index, network] of (isList ? (side as readonly JsonValue[]) : [side]).entries()) {
    if (typeof network === 'string' && Networks.parse([network])) continue;
    report.onValue(
      'bad-value',
      isList ? [...sidePath, index] : sidePath,
      `${describeValue(network)} is no network`,
      'write an address, or a network as in `10.0.0.0/8` or `2001:db8::/32`',
    );
  }
}

// A text that looks like a path was most likely to be one, and nothing equals it.
function warnOfPathAsText(value: JsonValue, whenPath: YamlPath, report: FileReport): void {
  const inList = Array.isArray(value);
  for (const [index, text] of (inList ? (value as readonly JsonValue[]) : [value]).entries()) {
    if (typeof text !== 'string') continue;
    const [first = '', ...names] = (text.startsWith('$') ? text.slice(1) : text).split('.');
    const path = [first.toLowerCase(), ...names].join('.');
    if (!isPath(path)) continue;
    const help = inList
      ? 'in a list nothing is looked up; name the path alone, or use a scope for each'
      : `write \`$${path}\` to look it up`;
    report.onValue(
      'path-as-text',
      inList ? [...whenPath, index] : whenPath,
      `${quote(text)} is the text itself, not what a path leads to`,
      help,
    );
  }
}

function pathHelp(path: string): string {
  if (path.split('.').length > limits.pathSegments) return `a path has at most ${limits.pathSegments} names`;
  return 'there are `resource.…`, `context.…`, `subject.id`, `subject.type`, `subject.properties.…` and `organization.properties.…`';
}

// A path that can never be found would silently keep its scope from ever holding.
function isPath(text: string): boolean {
  const segments = text.split('.');
  if (segments.length < 2 || segments.length > limits.pathSegments || segments.includes('')) return false;
  if (segments[0] === 'resource' || segments[0] === 'context') return true;
  if (segments[0] === organizationRoot) return segments.length === 3 && segments[1] === 'properties';
  if (segments[0] !== 'subject') return false;
  return segments[1] === 'properties'
    ? segments.length > 2
    : segments.length === 2 && /^(id|type)$/.test(segments[1] ?? '');
}
