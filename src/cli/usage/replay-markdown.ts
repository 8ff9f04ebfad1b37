import { codeCell, codeSpan, sentenceOf } from '../report/markdown-text.ts';
import type { ReplayOutcome } from './replay-outcome.ts';
import {
  countOf,
  describePeople,
  describeReasons,
  describeReplay,
  notesOfReplay,
  placeOfDecision,
  summarizeReplay,
} from './replay-words.ts';

/** A replay as Markdown, for a comment at a pull request. */
export function replayAsMarkdown(outcome: ReplayOutcome): string {
  const { report, limit } = outcome;
  const groups = report.groups.slice(0, limit);
  const rows = groups.map((group) => {
    const place = placeOfDecision(group, outcome);
    return [
      group.change,
      codeCell(group.permission),
      String(group.count),
      describePeople(group, outcome, codeCell),
      `${describeReasons(group, codeCell)}${place === undefined ? '' : `, ${codeCell(place)}`}`,
    ];
  });
  const more = report.groups.length - groups.length;
  return [
    `**${capital(summarizeReplay(outcome))}.**`,
    '',
    `${capital(describeReplay({ ...outcome, from: outcome.from && sentenceOf(outcome.from) }, codeSpan))}.`,
    ...(rows.length === 0
      ? []
      : [
          '',
          row(['answer', 'permission', 'how often', 'for whom', 'why']),
          row(Array<string>(5).fill('---')),
          ...rows.map(row),
        ]),
    ...(more > 0 ? ['', `… and ${countOf(more, 'kind')} more.`] : []),
    ...notesOfReplay(outcome).flatMap((note) => ['', `${capital(note)}.`]),
    '',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
