// RFC 3339 section 5.6, `full-date` and `date-time`; a date-time says its offset, so it means the same everywhere.
const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const dateTimePattern = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

const dayMs = 86_400_000;

/** The first and the last instant that RFC 3339 has a word for, in milliseconds since 1970 UTC. */
export const firstInstantMs = -62_167_219_200_000;
export const lastInstantMs = 253_402_300_799_999;

/** The start of a `from`, in milliseconds since 1970 UTC; a date starts with its day. Undefined: not a time. */
export function parseFrom(text: string): number | undefined {
  return parseDate(text) ?? parseDateTime(text);
}

/** The first instant after an `until`, in milliseconds since 1970 UTC; a date ends with its day. */
export function parseUntil(text: string): number | undefined {
  const day = parseDate(text);
  return day === undefined ? parseDateTime(text) : withinYears(day + dayMs);
}

/** An RFC 3339 date-time, or a date meaning its first instant in UTC, as `--at` and `now` take it. */
export function parseInstant(text: string): number | undefined {
  return parseFrom(text);
}

/** Its RFC 3339 time. */
export function formatInstant(ms: number): string {
  return new Date(withinYears(ms)).toISOString().replace('.000Z', 'Z');
}

function parseDate(text: string): number | undefined {
  const match = datePattern.exec(text);
  if (!match) return undefined;
  return utcDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

function parseDateTime(text: string): number | undefined {
  const match = dateTimePattern.exec(text);
  if (!match) return undefined;
  const day = utcDay(Number(match[1]), Number(match[2]), Number(match[3]));
  const [hours, minutes, seconds] = [Number(match[4]), Number(match[5]), Number(match[6])];
  const offset = parseOffset(match[8] ?? '');
  if (day === undefined || offset === undefined || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const fraction = Number(`${match[7] ?? '.'}000`.slice(1, 4));
  return withinYears(day + ((hours * 60 + minutes - offset) * 60 + seconds) * 1000 + fraction);
}

// The day 9999-12-31 ends with the year 10000, and an offset can lead there, and before the year 0000. Nobody can say such
// an instant, so it is the last one that can be said, or the first.
function withinYears(ms: number): number {
  return Math.min(Math.max(ms, firstInstantMs), lastInstantMs);
}

// A Date turns February 30th into March 2nd; a policy that says so is mistaken, so the day must read back the same.
// Date.UTC takes the year 26 for 1926.
function utcDay(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  const ms = date.setUTCFullYear(year, month - 1, day);
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? ms : undefined;
}

function parseOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4, 6))];
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
