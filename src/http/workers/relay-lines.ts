import type { Readable } from 'node:stream';

/** What has no end of line is passed on when it is as long as this. */
const longestLine = 64 * 1024;

/** Passes on what another process writes, in whole lines, so that one process alone writes to what both would share. */
export function relayLines(from: Readable | null, pass: (lines: string) => void): void {
  let rest = '';
  from?.setEncoding('utf8');
  from?.on('data', (text: string) => {
    const whole = rest + text;
    const end = whole.length > longestLine ? whole.length : whole.lastIndexOf('\n') + 1;
    rest = whole.slice(end);
    if (end > 0) pass(ended(whole.slice(0, end)));
  });
  from?.on('end', () => rest !== '' && pass(ended(rest)));
  // It ends with the process, whatever becomes of the pipe.
  from?.on('error', () => undefined);
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
