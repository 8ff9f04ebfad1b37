import { limits } from '../../policy/limits.ts';
import type { Span } from '../../policy/position.ts';
import { createProblem, type Problem, type ProblemCode } from '../../policy/problem.ts';
import { describeValue, quote, quoteWhole } from '../words/describe-value.ts';
import { findHiddenCharacters } from './hidden-characters.ts';
import { LineIndex } from './line-index.ts';
import { findMergeConflicts } from './merge-conflicts.ts';
import { takeAll } from './step-batches.ts';
import { findEvents, unpackEvents, type PackedEvents, type ParseFault } from './yaml-events.ts';
import { explainMistake } from './yaml-mistake.ts';
import { YamlPositions } from './yaml-positions.ts';
import type { YamlFault } from './yaml-findings.ts';
import { buildYamlTree, type YamlTree } from './yaml-tree.ts';

export type YamlPath = readonly (string | number)[];

/** One YAML document as plain data, which can tell where each of its values stands. */
export interface YamlDocument {
  readonly value: unknown;
  readonly positions: YamlPositions;
  readonly converted: ConvertedValues;
}

/** Values that YAML takes for others than stand there: the first of them, and how many there are. */
export interface ConvertedValues {
  readonly told: readonly { readonly span: Span; readonly text: string; readonly value: unknown }[];
  readonly count: number;
}

export interface ParsedYaml {
  /** Undefined when it is not YAML as policies have it. */
  readonly document: YamlDocument | undefined;
  readonly problems: readonly Problem[];
  /** How many more there are than these. */
  readonly untold?: number;
}

/**
 * Parses YAML 1.2 (core schema) strictly: no aliases, tags, merge keys, duplicate keys or second documents, because
 * each of them lets a file mean something else than a reviewer reads.
 */
export function parseYaml(file: string, text: string): ParsedYaml {
  return takeAll(parseYamlInSteps(file, text));
}

/** The same in short steps, if somebody else has found the `packed` events of a long text. */
export function* parseYamlInSteps(file: string, text: string, packed?: PackedEvents): Generator<undefined, ParsedYaml> {
  const lines = new LineIndex(file, text);
  yield;
  const hidden = findHiddenCharacters(text, lines);
  if (hidden.length > 0) return { document: undefined, problems: hidden };
  const conflicts = findMergeConflicts(text, lines);
  if (conflicts.length > 0) return { document: undefined, problems: conflicts };
  yield;
  const events = packed ? unpackEvents(packed) : findEvents(text);
  if (!('count' in events)) return { document: undefined, problems: [describeMistake(events, text, lines)] };
  yield;
  const tree = yield* buildYamlTree(text, events, lines);
  const { value, positions, faults } = tree;
  if (faults.length > 0) {
    const told = faults.slice(0, limits.fileProblems);
    const problems = told.map((fault) => describeFault(fault, lines, text));
    return { document: undefined, problems, untold: faults.length - told.length };
  }
  if (value === undefined || value === null) {
    const help = 'delete the file if nothing is to be in it';
    return {
      document: undefined,
      problems: [createProblem('yaml-syntax', lines.span(0, 1), 'the file is empty', help)],
    };
  }
  const converted = convertedValues(tree, lines);
  return { document: { value, positions: new YamlPositions(file, value, positions), converted }, problems: [] };
}

function convertedValues({ conversions, conversionCount }: YamlTree, lines: LineIndex): ConvertedValues {
  const told = conversions.map(({ start, end, text, value }) => ({ span: lines.span(start, end), text, value }));
  return { told, count: conversionCount };
}

/** Each as a warning: in a comparison it is not what stands there. */
export function warnOfConverted({ told }: ConvertedValues): Problem[] {
  return told.map(({ span, text, value }) => {
    if (typeof value === 'string') {
      const message = `${quote(text)} is a text to YAML, and a number to others`;
      return createProblem(
        'converted-value',
        span,
        message,
        'put quotes round a text, and write a number in digits alone',
      );
    }
    const message = `${quote(text)} is ${describeValue(value)} to YAML`;
    const help = `put quotes round it if it is a text, else write ${quoteWhole(String(value))}`;
    return createProblem('converted-value', span, message, help);
  });
}

const faultProblems: Record<YamlFault['kind'], { code: ProblemCode; message: (name: string) => string; help: string }> =
  {
    alias: {
      code: 'yaml-alias',
      message: (name) => `${quote(`*${name}`)} is a YAML alias`,
      help: 'aliases are not used in policies; write the value out',
    },
    tag: {
      code: 'yaml-tag',
      message: (name) => `${quote(name)} is a YAML tag`,
      help: 'policies are plain text, numbers, lists and mappings; take the tag away',
    },
    'merge-key': {
      code: 'yaml-merge-key',
      message: () => 'the merge key `<<` is not used in policies',
      help: 'a role follows another with `extends`',
    },
    'duplicate-key': {
      code: 'duplicate-key',
      message: (name) => `key ${quote(name)} stands here twice`,
      help: 'only one of the two would count; keep one',
    },
    'forbidden-key': {
      code: 'bad-id',
      message: (name) => `${quote(name)} cannot be a name`,
      help: 'it has a meaning of its own in JavaScript; choose another',
    },
    'complex-key': {
      code: 'yaml-syntax',
      message: () => 'a key must be plain text, found a list or a mapping',
      help: 'put quotes round a key that begins with `[` or `{`',
    },
    'converted-key': {
      code: 'yaml-syntax',
      message: (name) => (name === '' ? 'a name is missing here' : `${quote(name)} is not text to YAML`),
      help: 'put quotes round it, so that it stays as it is written',
    },
    'bare-key': {
      code: 'yaml-syntax',
      message: (name) => `${quote(name)} has no value`,
      help: 'an entry is written `key: value`; put quotes round a text with a comma inside `{ }`',
    },
    'inexact-number': {
      code: 'inexact-number',
      message: (name) =>
        /^[-+]?\.(?:inf|nan)$/i.test(name)
          ? `${quote(name)} is a number that no request can have`
          : `${quote(name)} is a number that cannot be held exactly; it would be taken for \`${Number(name)}\``,
      help: 'put quotes round it, and let the application send it as a text, too',
    },
    'second-document': {
      code: 'yaml-syntax',
      message: () => 'a second document begins here',
      help: 'one file holds one document; move the rest to a file of its own',
    },
  };

function describeFault(fault: YamlFault, lines: LineIndex, text: string): Problem {
  const { code, message, help } = faultProblems[fault.kind];
  const first =
    fault.kind !== 'duplicate-key' || fault.firstStart === undefined
      ? ''
      : `, first on line ${lines.span(fault.firstStart, fault.firstStart).line}`;
  return createProblem(
    code,
    lines.span(fault.start, fault.end),
    `${message(fault.name)}${first}`,
    helpFor(fault, text) ?? help,
  );
}

function helpFor({ kind, name, end, firstStart }: YamlFault, text: string): string | undefined {
  // `*@personal` was meant as a grant: no anchor is called that.
  if (kind === 'alias' && /^[@:]/.test(name)) {
    return `put quotes round a grant that begins with \`*\`: ${quoteWhole(`"*${name}"`)}`;
  }
  if (kind !== 'bare-key' || firstStart === undefined) return undefined;
  const meant = text.slice(firstStart, end);
  const isPlain = meant.length <= meantCharacters && /^[^"'[{&*!|>%@`\n][^"\n]*$/.test(meant);
  return isPlain ? `put quotes round a text with a comma inside \`{ }\`: \`"${meant}"\`` : undefined;
}

const meantCharacters = 200;

function describeMistake({ reason, offset }: ParseFault, text: string, lines: LineIndex): Problem {
  const { code, start, end, message, help } = explainMistake(reason, Math.min(offset, text.length), text);
  return createProblem(code, lines.span(Math.max(0, start), end), message, help);
}
