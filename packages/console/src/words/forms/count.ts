// How the pages say numbers, dates and names. Another language replaces this file and words.ts.

/** `1 person`, `3 people`. */
export function count(number: number, one: string, many: string): string {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}

/** `1,234`. Few numbers are that large, and the first that is formatted costs a browser as much as a page. */
function grouped(number: number): string {
  return number < 1000 ? String(number) : number.toLocaleString('en');
}

export function people(number: number): string {
  return count(number, 'person', 'people');
}

export function permissions(number: number): string {
  return count(number, 'permission', 'permissions');
}

// Letters that are read from right to left, and characters that turn the direction of what follows.
const turning = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]/;

/** A name in a sentence, which keeps the direction of the sentence whatever the name has in it. */
export function isolate(name: string): string {
  return turning.test(name) ? `\u2068${name}\u2069` : name;
}

/** `Ana`, `Ana and Bo`, `Ana, Bo and 3 others`. */
export function listed(all: readonly string[], most = 4): string {
  const names = all.map(isolate);
  if (names.length <= 1) return names[0] ?? '';
  if (names.length <= most) return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  const rest = names.length - (most - 1);
  return `${names.slice(0, most - 1).join(', ')} and ${rest} others`;
}

/** `31 Dec`, with the year when it is another one. `until` is the instant after the last day, as the sidecar says it. */
export function day(instant: string, which: 'first' | 'last' = 'first'): string {
  const date = new Date(new Date(instant).getTime() - (which === 'last' ? 1 : 0));
  const isThisYear = date.getUTCFullYear() === new Date().getUTCFullYear();
  const year = isThisYear ? {} : ({ year: 'numeric' } as const);
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year, timeZone: 'UTC' });
}

/** `18 Nov, 16:42`, where the reader is. */
export function moment(instant: string): string {
  const date = new Date(instant);
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  const year = isThisYear ? {} : ({ year: 'numeric' } as const);
  const on = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year });
  return `${on}, ${date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
}

/** `November 2026`. */
export function month(instant: string): string {
  return new Date(instant).toLocaleDateString('en-GB', { month: 'long', year: 'numeric' });
}

/** A scope in words: `own-team` is `own team`. */
export function scopeWord(scope: string): string {
  return scope.replaceAll('-', ' ');
}

/** A plan as people say it: `growth-2019` is `Growth 2019`. */
export function planName(plan: string): string {
  const spaced = plan.replaceAll(/[-_]+/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
