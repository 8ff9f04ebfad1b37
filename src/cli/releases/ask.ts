import { createInterface } from 'node:readline';
import type { CommandIo } from '../command/command-io.ts';

/** Asks whoever sits at the terminal. Only a yes is a yes: no other word, no end of the input, no Ctrl-C. */
export function askWhether({ answers, stderr }: CommandIo, question: string): Promise<boolean> {
  if (answers === undefined) return Promise.resolve(false);
  // Not as a terminal: what is typed stays as it is typed, and Ctrl-C ends the process as anywhere.
  const lines = createInterface({ input: answers, terminal: false });
  stderr.write(`${question} [y/N] `);
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(/^\s*y(es)?\s*$/i.test(line));
      lines.close();
    });
    lines.once('close', () => resolve(false));
  });
}
