import type { PublicationRefused } from '../../store/database/releases/require-kept-rules.ts';
import { printResult, say, type CommandIo } from '../command/command-io.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';

const mostTold = 50;

/** Says which rules members at run time would break, and that nothing was published. */
export function reportBrokenRules(
  io: CommandIo,
  format: 'text' | 'json',
  { broken, message, help }: PublicationRefused,
): void {
  if (format === 'json') {
    const plain = broken.map(({ code, place, subject, message: what }) => {
      return { code, [place.kind]: place.id, ...(subject ? { subject } : {}), message: what };
    });
    printResult(io, JSON.stringify({ outcome: 'refused', broken: plain }, undefined, 2));
  } else {
    const lines = broken.slice(0, mostTold).map(({ code, message: what }) => printable(`refused: ${what} [${code}]`));
    const left = broken.length - lines.length;
    const more = left === 0 ? [] : [`and ${left} more; \`--format json\` has them all`];
    printResult(io, [...lines, ...more].join('\n'));
  }
  const paint = paintFor(io, 'stderr');
  say(io, `${paint.red('failed:')} ${printable(message)}`);
  say(io, `${paint.cyan('help:')} ${help ?? ''}`);
}
