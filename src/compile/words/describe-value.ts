/** A value in a person's words: what was found, short, on one line, and without control characters. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'an empty text' : quote(value);
  if (typeof value === 'number') return `the number \`${value}\``;
  if (typeof value === 'boolean') return `\`${value}\``;
  return Array.isArray(value) ? 'a list' : 'a mapping';
}

/** A user's text in backticks, cut at 60 characters, with anything unprintable spelled out. */
export function quote(text: string): string {
  return quoteWhole(text.length > 60 ? `${text.slice(0, 57).toWellFormed()}...` : text);
}

/** The same, not cut: for what somebody is to write. A problem bounds its help. */
export function quoteWhole(text: string): string {
  let shown = '';
  for (const character of text) shown += isPrintable(character) ? character : escapeCharacter(character);
  return `\`${shown}\``;
}

function isPrintable(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  const isControl = point < 0x20 || (point >= 0x7f && point < 0xa0);
  // Direction marks and line separators can make a terminal show another text than the file holds.
  const isMarker = (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e);
  return !isControl && !isMarker && !(point >= 0x2066 && point <= 0x2069) && !(point >= 0xd800 && point <= 0xdfff);
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
