import type { ErrorObject, ValidateFunction } from 'ajv';
import { idPatterns, isLowerCaseId, isPlaceId, isRoleId } from '../../policy/ids.ts';
import { escapeName } from '../../policy/text/json-pointer.ts';
import { describeValue, quote, quoteWhole } from '../words/describe-value.ts';
import { loadValidator, type Extent } from './schema-validator.ts';
import { nearest, suggest } from '../words/suggest.ts';

/** One place where a value does not fit its schema, in words for a person. */
export interface SchemaViolation {
  /** RFC 6901; the empty text is the whole value. */
  readonly pointer: string;
  /** The same as a list of names and indexes. */
  readonly path: readonly string[];
  /** Whether the key there is at fault, or its value. */
  readonly on: 'key' | 'value';
  /** The schema's keyword: `type`, `required`, `additionalProperties`. */
  readonly keyword: string;
  /** The name under `$defs` of the rule that was broken, if it has one. */
  readonly definition: string | undefined;
  /** Of a value of the wrong type: the types that would be right. */
  readonly types: readonly string[];
  readonly message: string;
  readonly help: string | undefined;
}

/** A check that finds the violations of a value: all, or only the first; none means the value fits. */
export type SchemaCheck = (value: unknown, extent?: Extent, bound?: ViolationBound) => readonly SchemaViolation[];

/** The number of violations that are put into words, and who is told how many more there are. */
export interface ViolationBound {
  readonly most: number;
  readonly onUntold: (count: number) => void;
}

/**
 * Holds values against a JSON Schema (2020-12). Finding all violations takes a time that grows with their number
 * squared.
 */
export function createSchemaCheck(schema: object): SchemaCheck {
  const validators: Partial<Record<Extent, ValidateFunction>> = {};
  return (value, extent = 'all', bound) => {
    const validate = (validators[extent] ??= loadValidator(schema, extent));
    if (validate(value)) return [];
    const errors = (validate.errors ?? []).filter((error) => error.keyword !== 'propertyNames');
    const unknown = unknownKeys(errors);
    const found = errors.filter((error) => !isMisspelt(error, unknown));
    if (!bound || found.length <= bound.most) return found.map(toViolation);
    bound.onUntold(found.length - bound.most);
    return found.slice(0, bound.most).map(toViolation);
  };
}

function unknownKeys(errors: readonly ErrorObject[]): Map<string, string[]> {
  const byPath = new Map<string, string[]>();
  for (const { keyword, instancePath, params } of errors) {
    if (keyword !== 'additionalProperties') continue;
    const keys = byPath.get(instancePath) ?? [];
    byPath.set(instancePath, keys);
    keys.push(String(params['additionalProperty']));
  }
  return byPath;
}

// `titel: …` makes one unknown key and one missing; it is one mistake, and told at the key that is there.
function isMisspelt(error: ErrorObject, unknown: ReadonlyMap<string, readonly string[]>): boolean {
  if (error.keyword !== 'required') return false;
  const missing = String(error.params['missingProperty']);
  const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
  // Any two names of one letter are near each other.
  return missing.length > 1 && (unknown.get(error.instancePath) ?? []).some((key) => nearest(key, known) === missing);
}

function toViolation(error: ErrorObject): SchemaViolation {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  const definition = /#\/\$defs\/([A-Za-z]+)\//.exec(error.schemaPath)?.[1];
  const onKey = (name: string, message: string, help?: string): SchemaViolation =>
    violation(error, [...path, name], 'key', definition, message, help);
  if (error.propertyName !== undefined) {
    return onKey(error.propertyName, `${quote(error.propertyName)} ${nameFault(error)}`, nameHelp(error));
  }
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params['additionalProperty']);
    const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
    return onKey(name, `unknown key ${quote(name)}`, suggest(name, known));
  }
  if (error.keyword === 'required') {
    return violation(error, path, 'key', definition, `${quote(String(error.params['missingProperty']))} is missing`);
  }
  const { message, help } = describeFault(error);
  const itemPath = error.keyword === 'uniqueItems' ? [...path, String(error.params['i'])] : path;
  return violation(error, itemPath, 'value', definition, message, help);
}

function violation(
  error: ErrorObject,
  path: readonly string[],
  on: 'key' | 'value',
  definition: string | undefined,
  message: string,
  help?: string,
): SchemaViolation {
  const pointer = path.map((segment) => `/${escapeName(segment)}`).join('');
  const types = error.keyword === 'type' ? [error.params['type']].flat().map(String) : [];
  return { pointer, path, on, keyword: error.keyword, definition, types, message, help };
}

function describeFault(error: ErrorObject): { message: string; help?: string | undefined } {
  const found = describeValue(error.data);
  switch (error.keyword) {
    case 'type':
      return { message: `must be ${typeWords(error)}, found ${found}`, help: typeHelp(error) };
    case 'enum': {
      const allowed = (error.params['allowedValues'] as unknown[]).map(String);
      const near = typeof error.data === 'string' ? nearest(error.data, allowed) : undefined;
      const help = near === undefined ? undefined : `did you mean ${quoteWhole(near)}?`;
      return { message: `must be one of ${allowed.map(quote).join(', ')}, found ${found}`, help };
    }
    case 'minLength':
      return { message: 'must not be empty' };
    case 'maxLength':
      return { message: `must have at most ${String(error.params['limit'])} characters, found ${found}` };
    case 'minItems':
    case 'minProperties':
      if (error.params['limit'] === 1) return { message: 'must not be empty' };
      return { message: `must hold at least ${String(error.params['limit'])} items, found ${countOf(error.data)}` };
    case 'maxItems':
      return { message: `must hold at most ${String(error.params['limit'])} items, found ${countOf(error.data)}` };
    case 'minimum':
    case 'maximum':
      return {
        message: `must be ${error.params['comparison'] === '>=' ? 'at least' : 'at most'} ${String(error.params['limit'])}, found ${found}`,
      };
    case 'uniqueItems':
      return { message: `repeats item ${String(Number(error.params['j']) + 1)}`, help: 'keep one' };
    case 'pattern':
      return { message: `${found} ${patternFault(error)}`, help: patternHelp(error) };
    default:
      return { message: `${found} ${error.message ?? 'is not right'}` };
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'nothing',
};

// Where several types are right, the schema's title says what each of them means.
function typeWords(error: ErrorObject): string {
  const types = [error.params['type']].flat().map(String);
  const title: unknown = error.parentSchema?.['title'];
  if (types.length > 1 && typeof title === 'string') return title;
  const names = types.map((type) => typeNames[type] ?? type);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

// What would be an id between quotes is not at fault for its letters; whoever knows the file can say how it is written.
function typeHelp(error: ErrorObject): string | undefined {
  const kind = idKindOf(error);
  const isScalar = error.data === null || ['number', 'boolean'].includes(typeof error.data);
  return kind && isScalar && idKinds[kind](String(error.data)) ? undefined : wordsOf(error)?.help;
}

function countOf(data: unknown): number {
  return Array.isArray(data) ? data.length : Object.keys(data as object).length;
}

// A pattern says what is right for a machine; these say it for a person, by what the pattern is for.
const patternWords: Readonly<Record<string, { fault: string; help: string }>> = {
  id: {
    fault: 'is not an id',
    help: 'an id of a scope, a subject type or a plan is lower-case letters, digits and dashes, a letter first',
  },
  placeId: {
    fault: 'is not an id',
    help: 'an id is letters, digits, `.`, `_` and `-`, a letter or a digit first',
  },
  roleId: {
    fault: 'is not an id',
    help: "a role's id is letters, digits, `.`, `_` and `-`, a letter first",
  },
  category: { fault: 'cannot be a category', help: 'a category has no control characters' },
  permission: { fault: 'is not a permission', help: 'a permission is `resource:action`, as in `message:send`' },
  grant: {
    fault: 'is not a grant',
    help: 'write `resource:action`, `resource:action@scope`, `resource:*`, `*` or `*@scope`',
  },
  subject: {
    fault: 'cannot be a subject',
    help: 'a subject id has no control characters, no `"`, `(` or `)`, and no blanks at its ends',
  },
  holders: {
    fault: 'is not a number of holders',
    help: 'write `1` for exactly one, or `"1+"` for at least one',
  },
  time: { fault: 'is not a time', help: 'write a date as in `2026-12-31`, or `2026-12-31T18:00:00Z`' },
  path: {
    fault: 'is not a path',
    help: 'write `resource.…`, `subject.…` or `context.…`, as in `resource.owner`',
  },
};

function definitionOf(error: ErrorObject): string | undefined {
  return /#\/\$defs\/([A-Za-z]+)\/[^/]+$/.exec(error.schemaPath)?.[1];
}

function wordsOf(error: ErrorObject): { fault: string; help: string } | undefined {
  const definition = definitionOf(error);
  return (
    patternWords[definition ?? ''] ?? patternWords[idKindOf(error) ?? (isPermissionPattern(error) ? 'permission' : '')]
  );
}

const idKinds = { id: isLowerCaseId, roleId: isRoleId, placeId: isPlaceId } as const;

// A short form writes the id's pattern out beside other types, so the pattern itself tells, too.
function idKindOf(error: ErrorObject): keyof typeof idKinds | undefined {
  const pattern: unknown = error.params['pattern'] ?? error.parentSchema?.['pattern'];
  return (['id', 'roleId', 'placeId'] as const).find((kind) => idPatterns[kind].source === pattern);
}

function isPermissionPattern(error: ErrorObject): boolean {
  return error.params['pattern'] === idPatterns.permission.source;
}

function patternFault(error: ErrorObject): string {
  return wordsOf(error)?.fault ?? 'is not written as it should be';
}

function patternHelp(error: ErrorObject): string | undefined {
  const help = wordsOf(error)?.help;
  const text: unknown = error.propertyName ?? error.data;
  if (typeof text !== 'string') return help;
  const isPermission = isPermissionPattern(error) || definitionOf(error) === 'grant';
  if (isPermission && /^[0-9]/.test(text)) return `${help ?? ''}; a resource begins with a letter`;
  const kind = idKindOf(error);
  const proposed = kind && proposeId(text, kind);
  return proposed === undefined ? help : `did you mean ${quoteWhole(proposed)}? ${help ?? ''}`;
}

/** `Team Lead` was meant as `team-lead`. Nothing of it is left out but what parts words, or two ids could become one. */
function proposeId(text: string, kind: keyof typeof idKinds): string | undefined {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const spelt = kind === 'id' ? plain.replaceAll(/[_.]+/g, '-') : plain;
  const id = spelt.replaceAll(/^[\s/&,'\u2019()]+|[\s/&,'\u2019()]+$/g, '').replaceAll(/[\s/&,'\u2019()-]+/g, '-');
  return idKinds[kind](id) ? id : undefined;
}

function nameFault(error: ErrorObject): string {
  if (error.keyword === 'minLength') return 'is empty';
  if (error.keyword === 'maxLength') return `is longer than ${String(error.params['limit'])} characters`;
  return patternFault(error);
}

function nameHelp(error: ErrorObject): string | undefined {
  return error.keyword === 'pattern' ? patternHelp(error) : undefined;
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
