import { Option } from 'commander';
import { RolebookError } from '../../policy/errors.ts';
import type { RuntimeMove } from '../../review/members/runtime-moves.ts';
import { printResult, say, type CommandIo } from '../command/command-io.ts';
import { parseValue } from '../command/command-options.ts';
import { describeEnded, plainEnded } from '../report/ended-memberships.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { formatMoves, plainMove } from './move-report.ts';

/** Memberships that a publication would end, and how many somebody agreed to. */
export interface RefusedEnding {
  readonly ended: readonly RuntimeMove[];
  readonly agreed: number | undefined;
}

export function endMembershipsOption(): Option {
  return new Option(
    '--end-memberships <N>',
    'end just so many memberships given at run time, which have no place in the files any more',
  ).argParser(parseCount);
}

function parseCount(value: string): number {
  const count = Number(parseValue('--end-memberships', value));
  if (/^\d+$/.test(value) && count >= 1 && Number.isSafeInteger(count)) return count;
  const message = `\`--end-memberships\` takes a whole number from 1, found \`${value}\``;
  throw new RolebookError('usage', message, { help: 'write the number that you were told' });
}

/** Says what would end, and that nothing was published. */
export function reportRefusal(
  io: CommandIo,
  format: 'text' | 'json',
  shown: string,
  { ended, agreed }: RefusedEnding,
): void {
  printResult(
    io,
    format === 'json'
      ? JSON.stringify(
          { outcome: 'refused', endedMemberships: plainEnded(ended), members: ended.map(plainMove) },
          undefined,
          2,
        )
      : [`refused: ${printable(describeRefusal(shown, ended))}`, ...formatMoves(ended, 'would end')].join('\n'),
  );
  const help = paintFor(io, 'stderr').cyan('help:');
  if (agreed !== undefined) say(io, `${help} \`--end-memberships ${agreed}\` is another number than that of now`);
  if (ended.length === 0) say(io, `${help} leave \`--end-memberships\` out: nothing ends`);
  else say(io, `${help} if all of them are to end, say \`--end-memberships ${ended.length}\``);
  if (ended.some(({ cause }) => cause.kind === 'place-gone')) {
    say(io, `${help} is that the right folder, and the right database? No file names these places any more`);
    say(
      io,
      `${help} a place that has another id now keeps its members if its file says \`formerly\`, with the id it had`,
    );
  }
}

function describeRefusal(shown: string, ended: readonly RuntimeMove[]): string {
  const what = ended.length === 0 ? 'no membership' : describeEnded(ended).replaceAll('`', '');
  return `publishing this would end ${what}; nothing was published to ${shown}`;
}
