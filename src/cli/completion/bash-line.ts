/** A line of bash up to the cursor, taken apart as bash does, but for everything that bash would put in its place. */
export interface BashLine {
  /** The words without their quotes; the last is the one that is being typed, and may be empty. */
  readonly words: readonly string[];
  /** What of the last word stands before the part that bash replaces, without its quotes. */
  readonly kept: string;
  /** The quote that is open at the cursor. */
  readonly quote: '' | "'" | '"';
}

interface Reading {
  readonly words: string[];
  word: string | undefined;
  quote: BashLine['quote'];
  /** How much of the word, without quotes, stood before the last sign at which bash takes words apart. */
  kept: number;
  /** The same, as it is again when the open quote is closed. */
  keptOutside: number;
}

/** Reads such a line. `breaks` are the signs at which bash takes words apart: `COMP_WORDBREAKS`. */
export function readBashLine(line: string, breaks: string): BashLine {
  const reading: Reading = { words: [], word: undefined, quote: '', kept: 0, keptOutside: 0 };
  const breakSigns = new Set(breaks.split('').filter((sign) => !/[\s"'\\]/.test(sign)));
  for (let at = 0; at < line.length; at += 1) at += take(reading, line, at, breakSigns);
  const last = reading.word ?? '';
  return { words: [...reading.words, last], kept: last.slice(0, reading.kept), quote: reading.quote };
}

// Answers how many characters it took beside the one at the place.
function take(reading: Reading, line: string, at: number, breakSigns: ReadonlySet<string>): number {
  const sign = line[at] ?? '';
  const { quote } = reading;
  if (quote === '' && /\s/.test(sign)) {
    if (reading.word !== undefined) reading.words.push(reading.word);
    reading.word = undefined;
    reading.kept = 0;
    return 0;
  }
  reading.word ??= '';
  if (sign === '\\' && quote !== "'") {
    const next = line[at + 1];
    // The last of a line quotes what is typed next.
    if (next === undefined) return 0;
    reading.word += quote === '"' && !/["$`\\]/.test(next) ? sign + next : next;
    return 1;
  }
  if (quote !== '' && sign === quote) {
    reading.quote = '';
    reading.kept = reading.keptOutside;
    return 0;
  }
  if (quote === '' && (sign === "'" || sign === '"')) {
    reading.quote = sign;
    reading.keptOutside = reading.kept;
    reading.kept = reading.word.length;
    return 0;
  }
  reading.word += sign;
  // A `@` begins the part that bash replaces, any other sign stands before it.
  if (quote === '' && breakSigns.has(sign)) reading.kept = reading.word.length - (sign === '@' ? 1 : 0);
  return 0;
}

/** A name as it is put in the place of what bash replaces; undefined: it cannot stand there. */
export function quoteForBash(name: string, { kept, quote }: Pick<BashLine, 'kept' | 'quote'>): string | undefined {
  if (!name.startsWith(kept)) return undefined;
  const text = name.slice(kept.length);
  if (quote === "'") return text.replaceAll("'", "'\\''");
  // Within double quotes nothing keeps bash from taking `!` for its history.
  if (quote === '"') return text.includes('!') ? undefined : text.replaceAll(/["$`\\]/g, '\\$&');
  return text.replaceAll(/[^\p{L}\p{M}\p{N}_@%+=:,./-]/gu, '\\$&');
}
