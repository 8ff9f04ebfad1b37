import type { Condition, Scope } from '../../policy/permission.ts';
import type { JsonObject, JsonValue } from '../../policy/text/json.ts';
import { findLookedUpPaths, namesBelow } from '../checks/looked-up-paths.ts';
import type { FileReport } from '../file/file-report.ts';
import { describeValue, quote } from '../words/describe-value.ts';
import { nearest, suggest } from '../words/suggest.ts';
import type { YamlPath } from '../yaml/yaml-document.ts';

/** The start of a path to what an organization has set. */
export const organizationRoot = 'organization';

/** What is wrong with a path to a property of the organization that `organizationProperties` does not declare. */
export function findUndeclared(
  path: string,
  settings: JsonObject,
): { readonly message: string; readonly help: string } | undefined {
  const [root, , name = ''] = path.split('.');
  if (root !== organizationRoot || name === '' || Object.hasOwn(settings, name)) return undefined;
  return { message: undeclared(name), help: suggest(name, Object.keys(settings)) ?? declare };
}

const declare = 'declare it in roles.yaml under `organizationProperties`, with its default';

function undeclared(name: string): string {
  return `no organization has the property ${quote(name)}`;
}

/** Warns of settings that no scope looks up: setting them changes nothing. */
export function checkDeclaredProperties(
  settings: JsonObject,
  scopes: ReadonlyMap<string, Scope>,
  report: FileReport,
): void {
  const names = Object.keys(settings);
  if (names.length === 0) return;
  const read = namesBelow([organizationRoot, 'properties'], findLookedUpPaths({ scopes }));
  // One that is misspelt there is likely to be one of these, and is an error.
  if ([...read].some((name) => !Object.hasOwn(settings, name))) return;
  for (const name of names.filter((one) => !read.has(one))) {
    const help = `name \`organization.properties.${name}\` in a \`when\`, or leave it out`;
    report.onKey('unread-property', ['organizationProperties', name], `no scope looks up ${quote(name)}`, help);
  }
}

/** What an organization has with these settings: the defaults where it says nothing. Undefined: it says nothing at all. */
export function compileOrganizationProperties(
  entry: JsonObject | undefined,
  settings: JsonObject,
  path: YamlPath,
  report: FileReport,
): JsonObject | undefined {
  if (!entry) return undefined;
  const own: [string, JsonValue][] = [];
  for (const [name, value] of Object.entries(entry)) {
    const byDefault = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (byDefault === undefined) {
      const near = nearest(name, Object.keys(settings));
      const help = near === undefined ? declare : `did you mean ${quote(near)}?`;
      report.onKey('unknown-property', [...path, name], undeclared(name), help);
    } else if (isOfType(value, byDefault)) own.push([name, value]);
    else {
      const message = `${quote(name)} takes ${describeType(byDefault)}, found ${describeTyped(value)}`;
      report.onValue('wrong-type', [...path, name], message, 'write a value of the type that its default has');
    }
  }
  return { ...settings, ...Object.fromEntries(own) };
}

/** A setting compared with what it can never be known to equal leaves its scope unknown, always. */
export function checkSettingCompared(
  { path, comparison, other }: Condition,
  settings: JsonObject,
  sidePath: YamlPath,
  report: FileReport,
): void {
  const name = path[2] ?? '';
  const setting = path[0] === organizationRoot && Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (setting === undefined || comparison === 'exists' || 'path' in other) return;
  const wanted = comparison === 'below' || comparison === 'above' ? 'number' : 'string';
  const isComparable =
    comparison === 'equals' || comparison === 'not' || comparison === 'in'
      ? haveTypeInCommon(setting, other.literal)
      : typeof setting === wanted;
  if (isComparable) return;
  const message = `${quote(name)} is ${describeType(setting)}, and is compared with ${describeTyped(other.literal)}`;
  report.onValue('wrong-type', sidePath, message, 'compare it with a value of its own type');
}

function haveTypeInCommon(left: JsonValue, right: JsonValue): boolean {
  const [typesLeft, typesRight] = [elementsOf(left), elementsOf(right)].map(
    (all) => new Set(all.map((one) => typeof one)),
  );
  // A list that is empty by default may be of anything.
  if (!typesLeft || !typesRight || typesLeft.size === 0) return true;
  return [...typesRight].some((type) => typesLeft.has(type));
}

function isOfType(value: JsonValue, byDefault: JsonValue): boolean {
  if (Array.isArray(value) !== Array.isArray(byDefault)) return false;
  const known = new Set(elementsOf(byDefault).map((one) => typeof one));
  return known.size === 0 || elementsOf(value).every((one) => known.has(typeof one));
}

function elementsOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

// `"true"` and `true` look the same in backticks.
function describeTyped(value: JsonValue): string {
  return typeof value === 'string' && value !== '' ? `the text ${quote(value)}` : describeValue(value);
}

function describeType(value: JsonValue): string {
  const types = [...new Set(elementsOf(value).map((one) => typeWords[typeof one as keyof typeof typeWords]))];
  if (!Array.isArray(value)) return types.join();
  return types.length === 0
    ? 'a list'
    : `a list of ${types.map((type) => type.replace(/^a /, '')).join(' or ')} values`;
}

const typeWords = { string: 'a text', number: 'a number', boolean: 'true or false' } as const;
