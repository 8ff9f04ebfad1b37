import { createHash } from 'node:crypto';
import { limits } from '../../policy/limits.ts';
import { createProblem, sortProblems, type Problem, type ProblemCode } from '../../policy/problem.ts';
import type { Span } from '../../policy/position.ts';
import { withLineFeeds } from '../../policy/text/line-ends.ts';
import { quote, quoteWhole } from '../words/describe-value.ts';
import type { SchemaViolation } from '../schema/json-schema.ts';
import { LineIndex } from '../yaml/line-index.ts';
import { checkSchemaInSteps, type SchemaName } from '../schema/policy-schemas.ts';
import type { SourceFile } from './policy-files.ts';
import { takeAll } from '../yaml/step-batches.ts';
import {
  type ConvertedValues,
  parseYamlInSteps,
  type ParsedYaml,
  type YamlDocument,
  type YamlPath,
} from '../yaml/yaml-document.ts';
import type { PackedEvents } from '../yaml/yaml-events.ts';
import type { YamlPositions } from '../yaml/yaml-positions.ts';

/** A policy file as far as it can be understood by itself. */
export interface ParsedFile<Entry> {
  readonly path: string;
  /** SHA-256 of its bytes with line feeds at the ends of lines, hexadecimal; the revision is made of these. */
  readonly digest: string;
  /** Undefined when `problems` has an error. */
  readonly entry: Entry | undefined;
  readonly problems: readonly Problem[];
  /** How many more errors there are than these. */
  readonly untold?: number;
  /** Values that are not what stands there. Of a file that is not understood nobody needs to know. */
  readonly converted: ConvertedValues;
  /** Where all of it stands; undefined when it is not YAML. */
  readonly positions: YamlPositions | undefined;
  locate(path: YamlPath, on: 'key' | 'value'): Span;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads a file's text, or tells why it cannot be read. A byte order mark is left out. */
export function decodeFile(file: SourceFile): { text: string | undefined; problems: Problem[] } {
  const start = { file: file.path, line: 1, column: 1 };
  if ('fault' in file)
    return {
      text: undefined,
      problems: [createProblem('unreadable-file', start, `${quote(file.path)} ${file.fault}`, file.help)],
    };
  if (file.content.length > limits.fileBytes) {
    const message = `the file is larger than ${limits.fileBytes / 1024 / 1024} MiB`;
    const help = 'a workspace of 40,000 members would fit; look whether this is a policy file';
    return { text: undefined, problems: [createProblem('file-too-large', start, message, help)] };
  }
  try {
    return { text: decoder.decode(file.content), problems: [] };
  } catch {
    const at = findForeignByte(file.path, file.content);
    return {
      text: undefined,
      problems: [createProblem('not-utf8', at, 'the file is not UTF-8 text', 'save it as UTF-8')],
    };
  }
}

function findForeignByte(file: string, content: Uint8Array): Span {
  // Every byte that is not UTF-8 becomes a replacement character; one that was typed comes back from its bytes.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
  const encoded = new TextEncoder().encode(text);
  const differs = encoded.findIndex((byte, index) => byte !== content[index]);
  const offset = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content.subarray(0, Math.max(0, differs))).length;
  return new LineIndex(file, text).span(offset, offset + 1);
}

/** Parses a file and holds it against its schema. The entry is given only when both are right. */
export function parsePolicyFile<Entry>(file: SourceFile, schema: SchemaName): ParsedFile<Entry> {
  return takeAll(parsePolicyFileInSteps<Entry>(file, schema));
}

/** The same in short steps, if somebody else has found the `packed` events of a long file. */
export function* parsePolicyFileInSteps<Entry>(
  file: SourceFile,
  schema: SchemaName,
  packed?: PackedEvents,
): Generator<undefined, ParsedFile<Entry>> {
  const digest = 'content' in file ? createHash('sha256').update(withLineFeeds(file.content)).digest('hex') : '';
  const failed = ({ problems, untold = 0 }: Pick<ParsedYaml, 'problems' | 'untold'>): ParsedFile<Entry> => ({
    path: file.path,
    digest,
    entry: undefined,
    problems,
    untold,
    converted: { told: [], count: 0 },
    positions: undefined,
    locate: () => ({ file: file.path, line: 1, column: 1, length: 1 }),
  });
  const { text, problems } = decodeFile(file);
  if (text === undefined) return failed({ problems });
  const parsed = yield* parseYamlInSteps(file.path, text, packed);
  const { document } = parsed;
  if (!document) return failed(parsed);
  const extent = text.length > limits.fullReportBytes ? 'first' : 'all';
  const { violations, untold } = yield* checkSchemaInSteps(schema, document, extent);
  const found = violations
    .filter((violation) => !isOfSamePair(violation, document.value))
    .map((violation) => describeViolation(violation, document));
  return {
    path: file.path,
    digest,
    entry: found.length === 0 ? (document.value as Entry) : undefined,
    problems: sortProblems(found),
    untold,
    converted: document.converted,
    positions: document.positions,
    locate: (path, on) => document.positions.locate(path, on),
  };
}

function describeViolation(violation: SchemaViolation, { value, positions, converted }: YamlDocument): Problem {
  const span = positions.locate(violation.path, violation.on);
  const where = violation.on === 'value' && violation.keyword !== 'pattern' ? describePath(violation) : '';
  const written = converted.told.find((one) => one.span.line === span.line && one.span.column === span.column)?.text;
  const help =
    kindHelp(violation) ??
    pairHelp(violation, value) ??
    violation.help ??
    typeHelp(violation, valueAt(value, violation.path), written);
  return createProblem(codeOf(violation), span, `${where}${violation.message}`, help);
}

// What a file is goes by its name; a key that belongs to another kind says that the name is another than was meant.
const kindsByKey: Readonly<Record<string, string>> = {
  workspace:
    'a workspace stands in a file of its own below `policies/`, called neither `organization.yaml` nor `….test.yaml`',
  organization: 'an organization stands in a file called `organization.yaml`, in the folder of its workspaces',
  tests: 'policy tests stand in a file that ends in `.test.yaml`',
  permissions: 'permissions stand in `roles.yaml`, at the top of the policy directory',
};

function kindHelp({ keyword, path }: SchemaViolation): string | undefined {
  const [key = ''] = path;
  if (keyword !== 'additionalProperties' || path.length !== 1 || !Object.hasOwn(kindsByKey, key)) return undefined;
  return kindsByKey[key];
}

// `exclusive: [a:b, c:d]` is one pair without its brackets, whichever of the two is looked at.
function isOfSamePair({ keyword, path: [key, index] }: SchemaViolation, value: unknown): boolean {
  if (key !== 'exclusive' || keyword !== 'type' || index === undefined) return false;
  return typeof valueAt(value, [key, String(Number(index) - 1)]) === 'string';
}

function pairHelp({ path }: SchemaViolation, value: unknown): string | undefined {
  if (path[0] !== 'exclusive' || path.length > 2) return undefined;
  const written = valueAt(value, ['exclusive']);
  const texts = Array.isArray(written) ? written.filter((item): item is string => typeof item === 'string') : [];
  const [one, other] = texts.length < 2 ? ['invoice:create', 'invoice:approve'] : texts;
  return `it is a list of pairs, as in ${quoteWhole(`exclusive: [[${one}, ${other}]]`)}`;
}

// "`title` must be a text": the name that the reader sees on the line comes first.
function describePath(violation: SchemaViolation): string {
  const last = violation.path.at(-1);
  if (last === undefined) return 'the file ';
  if (!/^\d+$/.test(last)) return `${quote(last)} `;
  const list = violation.path.at(-2);
  return list === undefined ? '' : `item ${Number(last) + 1} of ${quote(list)} `;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const segment of path) found = (found as Readonly<Record<string, unknown>> | undefined)?.[segment];
  return found;
}

// How the right type is written in YAML, told by what was written instead.
function typeHelp({ keyword, types, path }: SchemaViolation, found: unknown, written?: string): string | undefined {
  if (keyword !== 'type') return undefined;
  if (found === null) return 'say what belongs here, or take the line away';
  const isOneText = typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean';
  if (isOneText && types.includes('string') && !types.includes('number'))
    return `put quotes round what is a text: ${quoteWhole(`"${written ?? String(found)}"`)}`;
  if (types.join() === 'string' && isMapping(found))
    return 'a colon and a blank make a mapping; take the blank away, or put quotes round the text';
  if (types.join() === 'object')
    return `a mapping is written \`key: value\`, one a line below ${quote(`${path.at(-1) ?? ''}:`)}`;
  return types.join() === 'array' && isOneText ? `a list is written ${quoteWhole(`[${String(found)}]`)}` : undefined;
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const codesByDefinition: Readonly<Record<string, ProblemCode>> = {
  subject: 'bad-subject',
  grant: 'bad-grant',
  time: 'bad-time',
  holders: 'bad-value',
  path: 'bad-path',
};

function codeOf(violation: SchemaViolation): ProblemCode {
  if (violation.keyword === 'additionalProperties') return 'unknown-key';
  if (violation.keyword === 'required') return 'missing-key';
  if (violation.keyword === 'type') return 'wrong-type';
  if (violation.keyword === 'pattern' || (violation.on === 'key' && /^m..Length$/.test(violation.keyword))) {
    return codesByDefinition[violation.definition ?? ''] ?? 'bad-id';
  }
  return 'bad-value';
}
