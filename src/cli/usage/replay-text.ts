import type { Paint } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import type { ReplayOutcome } from './replay-outcome.ts';
import {
  countOf,
  describeExample,
  describePeople,
  describeReasons,
  describeReplay,
  notesOfReplay,
  placeOfDecision,
} from './replay-words.ts';

/** A replay as lines for a terminal. */
export function replayAsText(outcome: ReplayOutcome, paint: Paint): string {
  const { report, limit } = outcome;
  const plain = (text: string): string => `\`${printable(text)}\``;
  const lines = [printable(describeReplay(outcome, plain))];
  for (const group of report.groups.slice(0, limit)) {
    const colour = group.change === 'denied' ? paint.red : paint.yellow;
    const place = placeOfDecision(group, outcome);
    lines.push(
      '',
      `${colour(group.change)} ${paint.bold(printable(group.permission))}: ${countOf(group.count, 'answer')}`,
      `  ${printable(describeReasons(group, plain))}${place === undefined ? '' : `, ${printable(place)}`}`,
      `  ${describePeople(group, outcome, plain)}`,
      `  ${describeExample(group, plain)}`,
    );
  }
  const more = report.groups.length - limit;
  if (more > 0) lines.push('', `… and ${countOf(more, 'kind')} more; --limit tells them`);
  const notes = notesOfReplay(outcome);
  if (notes.length > 0) lines.push('', ...notes);
  for (const { file, number, message } of report.odd) lines.push(`  ${printable(`${file}:${number}: ${message}`)}`);
  return lines.join('\n');
}
