import type { CommandIo, OutputStream } from '../command/command-io.ts';

/** Colours for one stream; each function gives the text back unchanged when the stream takes no colour. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

export const plainPaint: Paint = {
  bold: unchanged,
  faint: unchanged,
  red: unchanged,
  green: unchanged,
  yellow: unchanged,
  cyan: unchanged,
};

export const colorPaint: Paint = {
  bold: sgr(1, 22),
  faint: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
};

export function paintFor(io: CommandIo, stream: OutputStream): Paint {
  return takesColor(io, stream) ? colorPaint : plainPaint;
}

// FORCE_COLOR is asked first, as Node.js does: continuous integration sets it where no terminal is seen.
function takesColor(io: CommandIo, stream: OutputStream): boolean {
  const { FORCE_COLOR: force, NO_COLOR: never, TERM: term } = io.env;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (never !== undefined && never !== '') return false;
  return io.isTerminal[stream] && term !== 'dumb';
}

function sgr(on: number, off: number): (text: string) => string {
  return (text) => (text === '' ? text : `\u001b[${on}m${text}\u001b[${off}m`);
}

function unchanged(text: string): string {
  return text;
}
