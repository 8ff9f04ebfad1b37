/**
 * A text of a policy file or of the command line, made safe to show: a YAML string can hold escape sequences, which
 * would move a terminal's cursor and repaint what a reviewer reads, and line breaks, which would fake lines of output.
 * Each such character becomes one visible character, so columns stay where they are.
 */
export function printable(text: string): string {
  return text.replace(controlPattern, visible);
}

/** The same for a source line, whose tabs stay. */
export function printableLine(line: string): string {
  return line.replace(controlButTabPattern, visible);
}

/** A commit's name, as short as people write it. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 12);
}

// C0, DEL, C1, line separators, the marks that turn the reading direction ("Trojan Source", CVE-2021-42574), what has no
// width, and the tags, which say something to a machine and nothing to a person. Joiners stay: emoji and languages need them.
const controlPattern =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const controlButTabPattern =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

// U+2400 to U+2421 are pictures of the control characters, made for this.
function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd'.repeat(character.length);
}
