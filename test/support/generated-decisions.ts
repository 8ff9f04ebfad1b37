import type { CountsHeader, DecisionCount } from '../../src/policy/decision-log/decision-count.ts';
import { lineWith, wrongMembers } from './decision-texts.ts';

export interface DecisionsAsked {
  readonly seed: number;
  readonly lines: number;
  /** The kinds of decisions, each made at least once where there are lines enough; or how many to make up. Most are rare. */
  readonly kinds: number | readonly DecisionKind[];
  readonly days: number;
}

/** Who is decided what, and how. */
export type DecisionKind = Omit<DecisionCount, 'count' | 'first' | 'last'>;

/** A log that is made up, of which it is known what is in it. */
export class GeneratedDecisions {
  readonly #asked: DecisionsAsked;
  readonly #kinds: readonly Kind[];
  readonly #random: () => number;
  readonly #counts: Uint32Array;
  readonly #firstMs: Float64Array;
  readonly #lastMs: Float64Array;
  readonly #days = new Set<number>();
  readonly #revisions = new Set<string>();
  #skipped = 0;

  constructor(asked: DecisionsAsked) {
    this.#asked = asked;
    this.#random = randomOf(asked.seed);
    const { kinds } = asked;
    this.#kinds =
      typeof kinds === 'number'
        ? Array.from({ length: kinds }, (_, index) => kindOf(index, this.#random))
        : kinds.map((row) => ({ row, texts: textsOf(row) }));
    const { length } = this.#kinds;
    this.#counts = new Uint32Array(length);
    this.#firstMs = new Float64Array(length).fill(Infinity);
    this.#lastMs = new Float64Array(length).fill(-Infinity);
  }

  /** The lines, each with its end, in pieces of some hundred kilobytes; to be taken once. */
  *pieces(): Generator<string> {
    const { lines, days } = this.#asked;
    const random = this.#random;
    let piece = '';
    for (let index = 0; index < lines; index += 1) {
      if (random() < 0.001) piece += this.#wrongLine();
      // Clocks differ, and are set: a line may be older than those before it.
      const atMs = Math.floor(startMs + (index / lines) * days * dayMs - random() * random() * 5000);
      piece += this.#line(index, atMs);
      if (piece.length < 500_000) continue;
      yield piece;
      piece = '';
    }
    // The last one is cut off, as by a full disk.
    this.#skipped += 1;
    yield `${piece}{"time":"2026-09-01T00:00:00.000Z","id":"5f0c9a1be2d4-`;
  }

  /** What the lines come to that were taken. */
  get header(): CountsHeader {
    return {
      format: 'rolebook-counts/1',
      from: new Date(this.#firstMs.reduce((least, ms) => Math.min(least, ms))).toISOString(),
      to: new Date(this.#lastMs.reduce((most, ms) => Math.max(most, ms))).toISOString(),
      days: this.#days.size,
      lines: this.#asked.lines,
      skipped: this.#skipped,
      outside: 0,
      ahead: 0,
      revisions: this.#revisions.size,
    };
  }

  *rows(): Generator<DecisionCount> {
    for (const [index, { row }] of this.#kinds.entries()) {
      const count = this.#counts[index] ?? 0;
      if (count === 0) continue;
      const [firstMs = 0, lastMs = 0] = [this.#firstMs[index], this.#lastMs[index]];
      yield { ...row, count, first: new Date(firstMs).toISOString(), last: new Date(lastMs).toISOString() };
    }
  }

  #line(index: number, atMs: number): string {
    const random = this.#random;
    const isEach = typeof this.#asked.kinds !== 'number' && index < this.#kinds.length;
    const number = isEach ? index : Math.floor(random() * random() * this.#kinds.length);
    const revision = `81e61c3150${10 + Math.floor((index / this.#asked.lines) * 4)}`;
    this.#counts[number] = (this.#counts[number] ?? 0) + 1;
    this.#firstMs[number] = Math.min(this.#firstMs[number] ?? 0, atMs);
    this.#lastMs[number] = Math.max(this.#lastMs[number] ?? 0, atMs);
    this.#days.add(Math.floor(atMs / dayMs));
    this.#revisions.add(revision);
    const { texts } = this.#kinds[number]!;
    const text = texts[index % texts.length] ?? '';
    return `{"time":"${timeText(atMs)}","id":"5f0c9a1be2d4-${index}","revision":"${revision}",${text}`;
  }

  #wrongLine(): string {
    const wrong = wrongLines[Math.floor(this.#random() * wrongLines.length)] ?? '';
    if (wrong.trim() !== '') this.#skipped += 1;
    return `${wrong}\n`;
  }
}

/** Whether two counts are of one kind of decision. */
export function kindKey(kind: DecisionKind): string {
  const { subject, workspace, organization, permission, scope, foundScope, role, group, decision, reason } = kind;
  const { type, id } = subject;
  return JSON.stringify([
    type,
    id,
    workspace,
    organization,
    permission,
    scope,
    foundScope,
    role,
    group,
    decision,
    reason,
  ]);
}

interface Kind {
  readonly row: DecisionKind;
  /** Ways to write it, from the subject to the end of the line. */
  readonly texts: readonly string[];
}

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 7, 1);

let formattedDay = -1;
let dayText = '';

// A Date would take as long as all the rest of a line.
function timeText(atMs: number): string {
  const day = Math.floor(atMs / dayMs);
  if (day !== formattedDay) {
    formattedDay = day;
    dayText = new Date(day * dayMs).toISOString().slice(0, 11);
  }
  const ms = atMs - day * dayMs;
  const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
  const seconds = `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
  return `${dayText}${seconds}.${String(ms % 1000).padStart(3, '0')}Z`;
}

function kindOf(index: number, random: () => number): Kind {
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const person = Math.floor(index / 8);
  const reason = random() < 0.9 ? 'granted' : pick(['not-granted', 'denied-by-role', 'not-a-member', 'grant-expired']);
  const isNew = random() < 0.7;
  const scope = random() < 0.3 ? pick([['shared'], ['self', 'team']]) : undefined;
  const isOfRole = isNew && reason !== 'not-granted' && reason !== 'not-a-member';
  const row = {
    subject: { type: person % 50 === 0 ? 'service' : 'user', id: `${pick(names)}${person}@acme.example` },
    ...(person % 40 === 1 ? { organization: `company-${person % 97}` } : { workspace: `support-${person % 500}` }),
    // What somebody asks is told apart by it, whatever else is drawn.
    permission: `${pick(['message', 'tag', 'Ünïcode', 'draft', 'a"b\\c'])}:act${index % 8}`,
    ...(scope && { scope }),
    ...(isNew && random() < 0.5 && { foundScope: scope?.join('+') ?? pick(['shared', 'personal']) }),
    ...(isOfRole && { role: pick(['member', 'team-lead', 'auditor']) }),
    ...(isOfRole && random() < 0.2 && { group: pick(['emea', 'apac']) }),
    decision: reason === 'granted',
    reason,
  };
  return { row, texts: textsOf(row) };
}

const names = ['ana', 'bo', 'юля', 'd’arcy', 'x_y'];

function textsOf(row: DecisionKind): string[] {
  const plain = `${JSON.stringify(row).slice(1)}\n`;
  // The same in other words: another order, ASCII alone, members that are not counted, members that are not there.
  const { subject, decision, ...others } = row;
  const turned = `${JSON.stringify({ decision, ...others, later: { of: [1] }, subject: { id: subject.id, type: subject.type } }).slice(1)}\r\n`;
  const ascii = plain.replace(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const nulls = {
    scope: null,
    foundScope: null,
    role: null,
    group: null,
    ...row,
    attributes: { 'context.ip': null },
    request: 'r',
  };
  return [plain, plain, plain, turned, ascii, ` ${JSON.stringify(nulls).slice(1)}\n`];
}

/** Lines that nothing is decided on. Members that are not counted may be wrong. */
const wrongLines: readonly string[] = [
  ...wrongMembers
    .filter(([name]) => !['id', 'request', 'attributes', 'attributesLeftOut'].includes(name))
    .map(([name, value]) => lineWith(name, value)),
  '',
  '   ',
  '\0\0\0\0',
  lineWith('role', 'member').slice(0, 100),
  lineWith('role', 'member').slice(100),
  lineWith('role', 'member').repeat(2),
  'not JSON at all',
  '[]',
  'null',
  '7',
  '"text"',
  '{}',
];

/** Numbers from 0 to 1 that a seed decides; mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
