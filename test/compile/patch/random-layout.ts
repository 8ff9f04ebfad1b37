import * as fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/policy/text/json.ts';

const words = [
  'ana',
  'bo@acme.example',
  'team-lead',
  'message:send@shared',
  '*',
  'tag:*',
  'a, b',
  "o'brien",
  'x # y',
  '- z',
  '',
  'true',
  '01234',
  'Ünïcode',
  'two words',
  'a: b',
  '"q"',
  '@at',
  'user:google-oauth2:114',
  '[x]',
  'line\nline',
  '2026-12-31',
  '#',
];
const names = [
  'roles',
  'grants',
  'title',
  'member',
  'bo@acme.example',
  'service:x',
  'a-b',
  'no space',
  'x',
  'y',
  'z',
  '10',
  '2',
  'tag:create',
  "it's",
];

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  fc.constantFrom<JsonValue>(1, 0, -3.5, true, false, null),
);

/** Data as policy files have it: names, texts, lists, mappings in one another. */
export const policyData: fc.Arbitrary<JsonObject> = fc.letrec<{ value: JsonValue; mapping: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(fc.oneof({ weight: 3, arbitrary: scalar }, tie('mapping')), { maxLength: 4 }),
    tie('mapping'),
  ),
  mapping: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).mapping;

/** Answers a number below another one, as often as it is asked. */
export type Pick = (count: number) => number;

/** Writes data in one of the ways in which people do: with comments, quotes, brackets, blank lines and steps of their own. */
export function layOut(data: JsonObject, pick: Pick): string {
  const writer = new LayoutWriter(pick);
  const lines = Object.keys(data).length === 0 ? ['{}'] : writer.mapping(data, '');
  const feed = pick(4) === 0 ? '\r\n' : '\n';
  const head = pick(4) === 0 ? ['# The file.', ''] : [];
  const tail = pick(3) === 0 ? ['# The end.'] : [];
  const text = [...head, ...lines, ...tail].join('\n').replaceAll('\n', feed);
  return `${pick(6) === 0 ? '\ufeff' : ''}${text}${pick(5) === 0 ? '' : feed}`;
}

class LayoutWriter {
  readonly #pick: Pick;
  readonly #step: string;
  readonly #isApart: boolean;

  constructor(pick: Pick) {
    this.#pick = pick;
    this.#step = ['  ', '  ', '    ', ' '][pick(4)] ?? '  ';
    this.#isApart = pick(3) === 0;
  }

  mapping(data: JsonObject, indent: string): string[] {
    return Object.entries(data).flatMap(([key, value], index) => {
      const space = this.#isApart && index > 0 ? [''] : [];
      const comment = this.#pick(5) === 0 ? [`${indent}# About ${JSON.stringify(key)}.`] : [];
      return [...space, ...comment, ...this.#entry(`${indent}${this.#scalar(key, true)}:`, value, indent)];
    });
  }

  #entry(head: string, value: JsonValue, indent: string): string[] {
    const note = this.#pick(6) === 0 ? '  # note' : '';
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    const isFlow = isEmpty || this.#pick(3) === 0;
    if (typeof value !== 'object' || value === null) return [...this.#behind(head, value, note, indent)];
    if (isFlow)
      return this.#flow(value, indent).map(
        (line, index, all) => `${index === 0 ? `${head} ` : ''}${line}${index === all.length - 1 ? note : ''}`,
      );
    if (isJsonObject(value)) return [`${head}${note}`, ...this.mapping(value, indent + this.#step)];
    const own = this.#pick(2) === 0 ? indent : indent + this.#step;
    return [`${head}${note}`, ...this.#items(value, own)];
  }

  #behind(head: string, value: string | number | boolean | null, note: string, indent: string): string[] {
    if (typeof value === 'string' && value !== '' && this.#pick(6) === 0) {
      return [`${head} |-${note}`, ...value.split('\n').map((line) => `${indent}  ${line}`)].map((line) =>
        line.trimEnd() === '' ? '' : line,
      );
    }
    if (value === null && this.#pick(2) === 0) return [`${head}${note}`];
    return [`${head} ${this.#scalar(value)}${note}`];
  }

  #items(list: readonly JsonValue[], indent: string): string[] {
    return list.flatMap((item) => {
      const comment = this.#pick(7) === 0 ? [`${indent}# item`] : [];
      const gap = this.#pick(6) === 0 ? '   ' : ' ';
      const inner = `${indent} ${gap}`;
      if (isJsonObject(item) && Object.keys(item).length > 0 && this.#pick(2) === 0) {
        const [first = '', ...rest] = Object.entries(item).flatMap(([key, value]) =>
          this.#entry(`${inner}${this.#scalar(key, true)}:`, value, inner),
        );
        return [...comment, `${indent}-${gap}${first.slice(inner.length)}`, ...rest];
      }
      const lines = typeof item === 'object' && item !== null ? this.#flow(item, inner) : [this.#scalar(item)];
      return [...comment, ...lines.map((line, index) => (index === 0 ? `${indent}-${gap}${line}` : line))];
    });
  }

  /** Lines, of which the first stands behind something and the others have their indentation. */
  #flow(value: JsonValue, indent: string): string[] {
    if (typeof value !== 'object' || value === null) return [this.#scalar(value)];
    const isList = Array.isArray(value);
    const parts = isList
      ? (value as readonly JsonValue[]).map((item) => this.#flow(item, indent).join('\n'))
      : Object.entries(value).map(([key, one]) => `${this.#scalar(key, true)}: ${this.#flow(one, indent).join('\n')}`);
    const [open, close] = isList ? ['[', ']'] : ['{', '}'];
    if (parts.length === 0) return [`${open}${close}`];
    const pad = isList || this.#pick(3) === 0 ? '' : ' ';
    const style = this.#pick(5);
    if (style > 1)
      return [`${open}${pad}${parts.join(style === 2 ? ' , ' : ', ')}${style === 3 ? ',' : ''}${pad}${close}`];
    const inner = `${indent}${this.#step}`;
    const note = this.#pick(3) === 0 ? ' # of it' : '';
    const last = style === 0 ? ',' : '';
    const lines = parts.map(
      (part, index) => `${inner}${part}${index < parts.length - 1 ? ',' : last}${index === 0 ? note : ''}`,
    );
    return [open, ...lines, `${indent} ${close}`];
  }

  #scalar(value: string | number | boolean | null, isKey = false): string {
    if (typeof value !== 'string') return value === null ? (['null', '~'][this.#pick(2)] ?? '~') : String(value);
    const isPlain =
      /^[A-Za-z][\w@.:*-]*(?: [\w]+)*$/.test(value) &&
      !['true', 'false', 'null'].includes(value) &&
      !value.endsWith(':');
    const style = this.#pick(4);
    if (isPlain && style < 2) return value;
    if (style === 3 && !value.includes('\n')) return `'${value.replaceAll("'", "''")}'`;
    return isKey && isPlain ? value : JSON.stringify(value);
  }
}
