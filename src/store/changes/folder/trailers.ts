/*
 * What a commit says of its change to programs: lines `Rolebook-NAME: VALUE` in one paragraph of its message. A value is
 * one line whatever it is: a text that is not plain is written as a string of JSON.
 */

/** A line of a commit message for programs. Nothing in `value` can begin another line. */
export function formatTrailer(name: string, value: string): string {
  return `${prefix}${name}: ${oneLine(value)}`;
}

/** The text itself where it is one plain line, else as a string of JSON. */
function oneLine(value: string): string {
  const isPlain = value !== '' && !value.startsWith('"') && value.trim() === value && !hidden.test(value);
  return isPlain ? value : escapeHidden(JSON.stringify(value));
}

/** JSON with every character escaped that is not seen or that ends a line; such characters stand in its strings alone. */
export function escapeHidden(json: string): string {
  return json.replace(everyHidden, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}

/** The text as it may stand in a line for people: what is not seen is told by its number. */
export function plainLine(text: string): string {
  return escapeHidden(text);
}

const hidden = /[\p{C}\p{Zl}\p{Zp}]/u;
const everyHidden = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Names the commit whose change is undone, where members at run time get back what it took when it was published. */
export const undoesTrailer = 'Undoes';

const prefix = 'Rolebook-';
const line = /^([A-Za-z0-9-]+): (.*)$/;

/** All that a message says to programs, by name; undefined: it is no message of a change. */
export function parseTrailers(message: string): ReadonlyMap<string, readonly string[]> | undefined {
  for (const paragraph of message
    .trimEnd()
    .split(/\n{2,}/)
    .reverse()) {
    const lines = paragraph.split('\n').map((text) => line.exec(text));
    if (lines.some((found) => found === null)) continue;
    const found = new Map<string, string[]>();
    for (const [, name = '', value = ''] of lines.filter((one) => one !== null)) {
      if (!name.startsWith(prefix)) continue;
      const key = name.slice(prefix.length);
      found.set(key, [...(found.get(key) ?? []), parseValue(value)]);
    }
    if (found.has('Change')) return found;
  }
  return undefined;
}

function parseValue(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : value;
  } catch {
    return value;
  }
}
