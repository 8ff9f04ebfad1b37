import type { Event, ScalarEvent } from 'js-yaml';
import { EVENT_ID, getScalarValue, SCALAR_STYLE } from './yaml-library.ts';
import { isDigit } from '../../policy/exact-number.ts';
import { limits } from '../../policy/limits.ts';
import type { LineIndex } from './line-index.ts';
import { addBareKey, isBareKey } from './bare-key.ts';
import { comparedKeys, openCollection, type OpenCollection } from './open-collection.ts';
import { isConverted, isInexactScalar, isNumberElsewhere, resolvePlain } from './plain-scalar.ts';
import type { EventList } from './yaml-events.ts';
import type { YamlConversion, YamlFault } from './yaml-findings.ts';
import { column, type PositionTable } from './yaml-positions.ts';

export interface YamlTree {
  readonly value: unknown;
  readonly positions: PositionTable;
  readonly faults: readonly YamlFault[];
  /** As many as are told of one file. */
  readonly conversions: readonly YamlConversion[];
  readonly conversionCount: number;
}

/**
 * Makes plain data and the positions of its values in one walk over js-yaml's events, so the two cannot differ. The value
 * is of use only when there are no faults; without a value there are no rows. A step is a thousand events or rows.
 */
export function* buildYamlTree(source: string, events: EventList, lines: LineIndex): Generator<undefined, YamlTree> {
  const builder = new TreeBuilder(source, events.count);
  for (let index = 0; index < events.count; index += 1) {
    builder.take(events.at(index));
    if (index % stepSize === stepSize - 1) yield;
  }
  const { value, faults, conversions, conversionCount } = builder;
  return { value, positions: yield* builder.positions(lines), faults, conversions, conversionCount };
}

const stepSize = 1000;

/** A row of a `PositionTable` in the making: positions are offsets into the text, -1 for the key of a value without one. */
const offset = { keyStart: 0, keyEnd: 1, start: 2, end: 3, rows: 4, count: 5 } as const;

class TreeBuilder {
  readonly faults: YamlFault[] = [];
  readonly conversions: YamlConversion[] = [];
  conversionCount = 0;
  readonly #source: string;
  readonly #open: OpenCollection[] = [];
  readonly #documents: OpenCollection[] = [];
  readonly #offsets: Int32Array;
  readonly #keyOrders = new Map<number, readonly string[]>();
  #rowCount = 0;
  /** The innermost of the open ones. */
  #parent: OpenCollection | undefined;
  /** Where the last value or key of the text begins so far. */
  #reached = 0;

  constructor(source: string, eventCount: number) {
    this.#source = source;
    // A value is one event at least.
    this.#offsets = new Int32Array(eventCount * offset.count);
  }

  get value(): unknown {
    return this.#documents[0]?.list?.[0];
  }

  *positions(lines: LineIndex): Generator<undefined, PositionTable> {
    const rows = new Int32Array(this.#rowCount * column.count);
    for (let row = 0; row < this.#rowCount; row += 1) {
      const from = row * column.count;
      const keyStart = this.#at(row, offset.keyStart);
      if (keyStart >= 0) lines.write(keyStart, this.#at(row, offset.keyEnd), rows, from + column.key);
      lines.write(this.#at(row, offset.start), this.#at(row, offset.end), rows, from + column.value);
      rows[from + column.rows] = this.#at(row, offset.rows);
      if (row % stepSize === stepSize - 1) yield;
    }
    return { rows, keyOrders: this.#keyOrders };
  }

  take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        return this.#openDocument();
      case EVENT_ID.MAPPING:
        return this.#openCollection(event, undefined, {});
      case EVENT_ID.SEQUENCE:
        return this.#openCollection(event, [], undefined);
      case EVENT_ID.SCALAR:
        return this.#takeScalar(event);
      case EVENT_ID.ALIAS:
        return this.#takeAlias(event.anchorStart, event.anchorEnd);
      default:
        return this.#close();
    }
  }

  #openDocument(): void {
    this.#documents.push(this.#enter(-1, [], undefined));
    if (this.#documents.length !== 2) return;
    const start = this.#reached + Math.max(0, this.#source.slice(this.#reached).search(/^(?:---|\.\.\.)/m));
    this.#fault('second-document', start, start + 3, '---');
  }

  #openCollection(
    event: { start: number; tagStart: number; tagEnd: number },
    list: unknown[] | undefined,
    mapping: Record<string, unknown> | undefined,
  ): void {
    this.#reportTag(event);
    const { start } = event;
    this.#reached = start;
    if (this.#wantsKey()) {
      this.#fault('complex-key', start, start + 1, '');
      this.#setKey('', start, start);
    }
    const isCompared = this.#parent?.isCompared === true || comparedKeys.has(this.#parent?.key ?? '');
    this.#record(start, start + 1, list ?? mapping);
    this.#enter(this.#rowCount - 1, list, mapping, isCompared);
  }

  #close(): void {
    const closed = this.#open.pop();
    this.#parent = this.#open.at(-1);
    if (!closed || closed.row < 0) return;
    this.#offsets[closed.row * offset.count + offset.rows] = this.#rowCount - closed.row;
    // Listing the keys of a large object again takes as long as reading them.
    if (closed.isReordered || closed.keys.length > stepSize) this.#keyOrders.set(closed.row, closed.keys);
  }

  #takeScalar(event: ScalarEvent): void {
    this.#reportTag(event);
    const isEmpty = event.valueStart < 0;
    if (isEmpty) this.#reportBareKey();
    // Offsets of quoted text leave the quotes out; people look for the quote.
    const margin = isQuoted(event) ? 1 : 0;
    const start = isEmpty ? this.#emptyPlace(offset.start) : Math.max(0, event.valueStart - margin);
    const end = isEmpty ? this.#emptyPlace(offset.end) : event.valueEnd + margin;
    this.#reached = start;
    const text = getScalarValue(this.#source, event);
    if (this.#wantsKey()) this.#takeKey(event, text, start, end);
    else this.#record(start, end, event.style === SCALAR_STYLE.PLAIN ? this.#resolve(text, start, end) : text);
  }

  #resolve(text: string, start: number, end: number): unknown {
    const value = resolvePlain(text);
    if (isInexactScalar(text, value)) this.#fault('inexact-number', start, end, text);
    // A number elsewhere is of the wrong type, and a text there may be a title.
    const isTextOnlyHere = this.#parent?.isCompared === true && typeof value === 'string' && isNumberElsewhere(text);
    if (isTextOnlyHere || isConverted(text, value)) this.#convert({ start, end, text, value });
    return value;
  }

  #reportBareKey(): void {
    const parent = this.#parent;
    if (parent?.key === undefined || !isBareKey(this.#source, parent.keyEnd)) return;
    const before = parent.lastRow < 0 ? undefined : this.#at(parent.lastRow, offset.start);
    addBareKey(this.faults, this.#source, parent, before);
  }

  #convert(conversion: YamlConversion): void {
    this.conversionCount += 1;
    if (this.conversions.length < limits.fileProblems) this.conversions.push(conversion);
  }

  #takeKey(event: ScalarEvent, name: string, start: number, end: number): void {
    const isPlain = event.style === SCALAR_STYLE.PLAIN;
    if (name === '<<' && isPlain) this.#fault('merge-key', start, end, name);
    // As an own property it is harmless; the first `Object.assign` would make it a prototype.
    if (name === '__proto__') this.#fault('forbidden-key', start, end, name);
    // To YAML `007` is seven and a long number ends in zeros, so the data would hold another name than the file shows.
    if (isPlain && String(resolvePlain(name)) !== name) this.#fault('converted-key', start, end, name);
    const firstStart = this.#firstOf(name);
    if (firstStart !== undefined) this.faults.push({ kind: 'duplicate-key', start, end, name, firstStart });
    this.#setKey(name, start, end);
  }

  // The value knows soonest whether a key is there; one that it may not hold is nowhere else but here. Where it stands
  // takes a look at all keys, which a hundred thousand of which nobody is told are not worth.
  #firstOf(key: string): number | undefined {
    const { mapping, keys, row } = this.#parent ?? {};
    if (!mapping || !keys || row === undefined || (key !== '__proto__' && !Object.hasOwn(mapping, key)))
      return undefined;
    if (this.faults.length >= limits.fileProblems) return 0;
    const index = keys.indexOf(key);
    if (index < 0) return undefined;
    let child = row + 1;
    for (let passed = 0; passed < index; passed += 1) child += this.#at(child, offset.rows);
    return this.#at(child, offset.keyStart);
  }

  #takeAlias(anchorStart: number, end: number): void {
    const start = anchorStart - 1;
    const name = this.#source.slice(anchorStart, end);
    // Merging is the mistake; the alias behind `<<` is a part of it.
    if (this.#parent?.key !== '<<') this.#fault('alias', start, end, name);
    if (this.#wantsKey()) this.#setKey(name, start, end);
    else this.#record(start, end, undefined);
  }

  // A value that is not there stands at its key, an item at the one before it.
  #emptyPlace(which: typeof offset.start | typeof offset.end): number {
    const parent = this.#parent;
    if (!parent) return 0;
    if (parent.list && parent.lastRow >= 0) return this.#at(parent.lastRow, which);
    if (parent.key !== undefined) return which === offset.start ? parent.keyStart : parent.keyEnd;
    return parent.row < 0 ? 0 : this.#at(parent.row, which);
  }

  #wantsKey(): boolean {
    return this.#parent?.mapping !== undefined && this.#parent.key === undefined;
  }

  #setKey(name: string, start: number, end: number): void {
    if (!this.#parent) return;
    this.#parent.key = name;
    this.#parent.keyStart = start;
    this.#parent.keyEnd = end;
  }

  #record(start: number, end: number, value: unknown): void {
    const parent = this.#parent;
    if (!parent) return;
    const { list, mapping, key } = parent;
    const from = this.#rowCount * offset.count;
    this.#offsets[from + offset.keyStart] = key === undefined ? -1 : parent.keyStart;
    this.#offsets[from + offset.keyEnd] = key === undefined ? -1 : parent.keyEnd;
    this.#offsets[from + offset.start] = start;
    this.#offsets[from + offset.end] = end;
    this.#offsets[from + offset.rows] = 1;
    parent.lastRow = this.#rowCount;
    this.#rowCount += 1;
    list?.push(value);
    if (key === undefined) return;
    parent.keys.push(key);
    if (isDigit(key.charCodeAt(0))) parent.isReordered = true;
    // A fault by now; even so nothing gets another prototype.
    if (mapping && key !== '__proto__') mapping[key] = value;
    parent.key = undefined;
  }

  #enter(
    row: number,
    list: unknown[] | undefined,
    mapping: Record<string, unknown> | undefined,
    isCompared = false,
  ): OpenCollection {
    const opened = openCollection(row, list, mapping, isCompared);
    this.#open.push(opened);
    this.#parent = opened;
    return opened;
  }

  #at(row: number, which: number): number {
    return this.#offsets[row * offset.count + which] ?? 0;
  }

  #reportTag(event: { tagStart: number; tagEnd: number }): void {
    if (event.tagStart < 0) return;
    this.#fault('tag', event.tagStart, event.tagEnd, this.#source.slice(event.tagStart, event.tagEnd));
  }

  #fault(kind: YamlFault['kind'], start: number, end: number, name: string): void {
    this.faults.push({ kind, start, end, name });
  }
}

function isQuoted({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
}
